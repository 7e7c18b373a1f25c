import { Scenes, type Middleware, type MiddlewareFn } from 'telegraf';
import { albumOf, answeredBy, rememberAlbum } from './album.js';
import { newMessage } from './new-message.js';
import type { InStage } from './scene-context.js';
import type { CompleteState, StateShape } from './state-shape.js';
import { createStepOrder, type StepOrder } from './step-order.js';
import { WizardCursor } from './wizard-cursor.js';
import type { InNamedWizard, WizardStep } from './wizard-step.js';

type Handler<C> = (ctx: C) => unknown;

/** The definition of a named wizard. `C` is the context inside it, `Step` the union of its steps' names. */
export interface NamedWizardOptions<C, Shape extends StateShape, Step extends string> {
  /** The fields of `ctx.wizard.state`. A stored field that does not fit its schema is dropped, and asked for again. */
  state: Shape;
  /** The steps in order. Their names are stored, so renaming a step removes it for users who are at it. */
  steps: { readonly [Name in Step]: WizardStep<NoInfer<C>, NoInfer<Shape>, Name> };
  /** Runs before the first question, and may choose another step. */
  enter?: Handler<C>;
  /** Runs whenever the wizard is left: done, cancelled, or for another scene. Does not run when it expires. */
  leave?: Handler<C>;
  /** Runs after the last step, before the wizard is left. If it chooses a step, the wizard goes on there. */
  done?: (ctx: C, answers: CompleteState<Shape>) => unknown;
  /** Runs before the next question when the user's step no longer exists. By default nothing is sent. */
  changed?: Handler<C>;
  /** Run before the current step: commands and buttons of the whole wizard. */
  handlers?: readonly Middleware<C & InStage>[];
  /** Seconds after entering until the user is no longer in the scene. Default: the Stage's `ttl`, or never. */
  ttlSeconds?: number;
}

const noop = () => Promise.resolve();

/**
 * A wizard with named steps, for Telegraf's Stage. The session stores the step's name, so a deploy may add and reorder
 * steps: a user continues at the step they were asked, and earlier steps that were added are asked before the end. If
 * the user's step no longer exists, the first question without an answer is asked, and the user's message does not
 * count as its answer. The first call sets the type of the bot's context, the second infers the rest.
 *
 * @example
 * export const register = namedWizard<BotContext>()('register', {
 *   state: { name: z.string(), email: z.email() },
 *   steps: {
 *     name: { ask: (ctx) => ctx.reply('Your name?'), read: readName },
 *     email: { ask: (ctx) => ctx.reply('Your email?'), read: readEmail, invalid: (ctx) => ctx.reply('That is not an address.') },
 *     confirm: {
 *       ask: (ctx) => ctx.reply(`${ctx.wizard.state.name}, right?`),
 *       handle: (ctx) => (ctx.text === 'yes' ? ctx.wizard.next() : ctx.wizard.selectStep('name')),
 *     },
 *   },
 *   done: (ctx, { name, email }) => { ctx.session.profile = { name, email }; },
 * });
 */
export function namedWizard<C extends InStage>() {
  return <Shape extends StateShape, Step extends string>(
    id: string,
    options: NamedWizardOptions<InNamedWizard<C, Shape, NoInfer<Step>>, Shape, Step>,
  ): Scenes.BaseScene<C> => new NamedWizardScene<C, Shape, Step>(id, options);
}

class NamedWizardScene<
  C extends InStage,
  Shape extends StateShape,
  Step extends string,
> extends Scenes.BaseScene<C> {
  readonly #options: NamedWizardOptions<InNamedWizard<C, Shape, Step>, Shape, Step>;
  readonly #order: StepOrder<Shape, Step>;

  constructor(id: string, options: NamedWizardOptions<InNamedWizard<C, Shape, Step>, Shape, Step>) {
    // Each handler runs after #open, which gives the context the `wizard` that its type declares.
    const inside = (handler: unknown) =>
      handler === undefined ? [] : [handler as MiddlewareFn<C>];
    super(id, {
      handlers: [],
      enterHandlers: inside(options.enter),
      leaveHandlers: inside(options.leave),
      ...(options.ttlSeconds !== undefined && { ttl: options.ttlSeconds }),
    });
    this.use(...((options.handlers ?? []) as readonly Middleware<C>[]));
    this.#options = options;
    this.#order = createStepOrder<Shape, Step>(options.steps, options.state);
  }

  override middleware(): MiddlewareFn<C> {
    const handlers = super.middleware();
    return async (ctx, next) => {
      const [inside, cursor] = this.#open(ctx);
      const album = albumOf(ctx);
      let answeredStep: { scene: string; step?: string } | undefined;
      await handlers(ctx, async () => {
        const answered = answeredBy(ctx);
        if (answered) return this.#handleAlbum(inside, answered);
        if (await this.#correct(inside, cursor)) return;
        if (!cursor.isStepGone && !accepts(this.#options.steps[cursor.step].accepts, ctx))
          return next();
        answeredStep = { scene: this.id, ...(!cursor.isStepGone && { step: cursor.step }) };
        await this.#handle(inside, cursor, () => {
          answeredStep = undefined;
          return next();
        });
      });
      await this.#advance(inside, cursor);
      if (album !== undefined && answeredStep) rememberAlbum(ctx, album, answeredStep);
    };
  }

  override enterMiddleware(): MiddlewareFn<C> {
    return async (ctx) => {
      const [inside, cursor] = this.#open(ctx);
      cursor.begin();
      await this.enterHandler(ctx, noop);
      await this.#advance(inside, cursor);
      // The further messages of an album that entered the wizard must not answer the first question.
      const album = albumOf(ctx);
      if (album !== undefined) rememberAlbum(ctx, album);
    };
  }

  /** See `askAgain`. */
  async askAgain(ctx: C): Promise<void> {
    const [inside, cursor] = this.#open(ctx);
    await this.#advance(inside, cursor.again());
  }

  override leaveMiddleware(): MiddlewareFn<C> {
    return async (ctx) => {
      const [, cursor] = this.#open(ctx);
      await this.leaveHandler(ctx, noop);
      cursor.freeze();
    };
  }

  #open(ctx: C) {
    const cursor = new WizardCursor<Shape, Step>(ctx, this.#options.state, this.#order);
    // Assigned to unknown first, because the compiler cannot relate a context to itself with another `wizard`.
    const inside: unknown = Object.assign(ctx, { wizard: cursor });
    return [inside as InNamedWizard<C, Shape, Step> & C, cursor] as const;
  }

  async #handle(
    ctx: InNamedWizard<C, Shape, Step> & C,
    cursor: WizardCursor<Shape, Step>,
    next: () => Promise<void>,
  ): Promise<void> {
    if (cursor.isStepGone) {
      // Updates other than messages go to other handlers first. Only a message or a press brings the question back.
      if (newMessage(ctx) === undefined) await next();
      if (newMessage(ctx) === undefined && ctx.callbackQuery === undefined) return;
      await this.#options.changed?.(ctx);
      if (!cursor.hasTarget) cursor.again();
      return;
    }
    const step: WizardStep<InNamedWizard<C, Shape, Step>, Shape, string> = this.#options.steps[
      cursor.step
    ];
    if (step.handle) {
      await step.handle(ctx, next);
      return;
    }
    const message = newMessage(ctx);
    if (step.corrected && message) cursor.rememberAnswer(message.message_id);
    const answer: unknown = await step.read(ctx);
    if (answer !== undefined) {
      Object.assign(cursor.state, { [cursor.step]: answer });
      cursor.next();
    } else if (message === undefined) await next();
    else if (step.invalid) await step.invalid(ctx);
    else cursor.again();
  }

  /** Handles the edit of a message that was an answer. Returns false for any other update. */
  async #correct(
    ctx: InNamedWizard<C, Shape, Step> & C,
    cursor: WizardCursor<Shape, Step>,
  ): Promise<boolean> {
    const { editedMessage } = ctx;
    if (editedMessage === undefined) return false;
    const name = cursor.answeredBy(editedMessage.message_id);
    if (name === undefined) return false;
    const step: WizardStep<InNamedWizard<C, Shape, Step>, Shape, string> = this.#options.steps[
      name
    ];
    const answer: unknown = step.corrected && (await step.read(ctx));
    if (answer === undefined) return false;
    Object.assign(cursor.state, { [name]: answer });
    if (name === cursor.step) cursor.next();
    else await step.corrected?.(ctx);
    return true;
  }

  /** Passes a further message of an album to the step that received the first one. */
  async #handleAlbum(
    ctx: InNamedWizard<C, Shape, Step> & C,
    { scene, step }: { scene?: string; step?: string },
  ): Promise<void> {
    if (scene !== this.id || !this.#order.has(step)) return;
    await this.#options.steps[step].album?.(ctx);
  }

  /** Asks the question of the chosen step, if one was chosen and the wizard has not been left meanwhile. */
  async #advance(ctx: InNamedWizard<C, Shape, Step> & C, cursor: WizardCursor<Shape, Step>) {
    const { steps, done } = this.#options;
    let questions = Object.keys(steps).length * 2;
    while (cursor.isOpen && cursor.hasTarget) {
      const step = cursor.moveToTarget();
      if (step !== undefined) {
        if (questions-- === 0)
          throw new Error(`The wizard ${this.id} keeps moving: no step waits for an answer`);
        await steps[step].ask(ctx);
        continue;
      }
      if (done) await done(ctx, this.#answers(cursor));
      if (cursor.isOpen && !cursor.hasTarget) return ctx.scene.leave();
    }
  }

  #answers(cursor: WizardCursor<Shape, Step>): CompleteState<Shape> {
    const answers = cursor.complete();
    if (answers !== undefined) return answers;
    const missing = Object.keys(this.#options.state).filter((name) => !(name in cursor.state));
    throw new Error(
      `The wizard ${this.id} is done without ${missing.join(', ')}: add a step for it, or make it optional`,
    );
  }
}

function accepts(kinds: readonly string[] | undefined, ctx: InStage): boolean {
  return kinds ? kinds.some((kind) => kind in ctx.update) : newMessage(ctx) !== undefined;
}
