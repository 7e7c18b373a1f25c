import { Scenes, type Middleware, type MiddlewareFn } from 'telegraf';
import { albumOf, answeredBy, rememberAlbum } from './album.js';
import { newMessage } from './new-message.js';
import type { InStage } from './scene-context.js';
import type { CompleteState, StateShape } from './state-shape.js';
import { WizardCourse } from './wizard-course.js';
import { createWizardRoute, type WizardRoute } from './wizard-route.js';
import type { InNamedWizard, WizardStep } from './wizard-step.js';

type Handler<C> = (ctx: C) => unknown;

/** What a named wizard is made of. `C` is the context inside it, `Step` the union of its steps' names. */
export interface NamedWizardOptions<C, Shape extends StateShape, Step extends string> {
  /** The fields of `ctx.wizard.state`. A stored field that does not fit its schema is dropped, and so asked for again. */
  state: Shape;
  /** In their order. A step's name is what is stored: to rename it is to remove it. */
  steps: { readonly [Name in Step]: WizardStep<NoInfer<C>, NoInfer<Shape>, Name> };
  /** Runs before the first question; may choose another step. */
  enter?: Handler<C>;
  /** Runs whenever the wizard is left: done, cancelled, or for another scene. Not when its life ran out. */
  leave?: Handler<C>;
  /** Runs behind the last step, before the wizard is left. Choosing a step here stays in it. */
  done?: (ctx: C, answers: CompleteState<Shape>) => unknown;
  /** Told before the question is put, when the step a user was at exists no longer. Default: nothing is said. */
  changed?: Handler<C>;
  /** Asked before the step is: commands and buttons of the whole wizard. */
  handlers?: readonly Middleware<C & InStage>[];
  /** Seconds from entering on; after that the user is in no scene. Default: the Stage's `ttl`, else for ever. */
  ttlSeconds?: number;
}

const noop = () => Promise.resolve();

/**
 * A wizard whose steps have names, for Telegraf's Stage. The name is what the session keeps, so that a deploy may add and
 * reorder steps: a user goes on at the step they were asked, and a step that was added in front is made up for before the
 * end. When the step is gone, the first question without an answer is put, and the user's message is not taken for its
 * answer. The first call says which context the bot has, the second infers the rest.
 *
 * @example
 * export const register = namedWizard<BotContext>()('register', {
 *   state: { name: z.string(), email: z.email() },
 *   steps: {
 *     name: { ask: (ctx) => ctx.reply('Your name?'), read: readName },
 *     email: { ask: (ctx) => ctx.reply('Your email?'), read: readEmail, invalid: (ctx) => ctx.reply('That is none.') },
 *     confirm: {
 *       ask: (ctx) => ctx.reply(`${ctx.wizard.state.name}, right?`),
 *       take: (ctx) => (ctx.text === 'yes' ? ctx.wizard.next() : ctx.wizard.selectStep('name')),
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
  readonly #route: WizardRoute<Shape, Step>;

  constructor(id: string, options: NamedWizardOptions<InNamedWizard<C, Shape, Step>, Shape, Step>) {
    // Each handler runs behind #open, which gives the context the wizard that its type promises.
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
    this.#route = createWizardRoute<Shape, Step>(options.steps, options.state);
  }

  override middleware(): MiddlewareFn<C> {
    const handlers = super.middleware();
    return async (ctx, next) => {
      const [inside, course] = this.#open(ctx);
      const album = albumOf(ctx);
      let taken: { scene: string; step?: string } | undefined;
      await handlers(ctx, async () => {
        const answered = answeredBy(ctx);
        if (answered) return this.#collect(inside, answered);
        if (await this.#correct(inside, course)) return;
        if (!course.isLost && !accepts(this.#options.steps[course.step].accepts, ctx))
          return next();
        taken = { scene: this.id, ...(!course.isLost && { step: course.step }) };
        await this.#take(inside, course, () => {
          taken = undefined;
          return next();
        });
      });
      await this.#settle(inside, course);
      if (album !== undefined && taken) rememberAlbum(ctx, album, taken);
    };
  }

  override enterMiddleware(): MiddlewareFn<C> {
    return async (ctx) => {
      const [inside, course] = this.#open(ctx);
      course.begin();
      await this.enterHandler(ctx, noop);
      await this.#settle(inside, course);
      // Its further messages must not answer the first question.
      const album = albumOf(ctx);
      if (album !== undefined) rememberAlbum(ctx, album);
    };
  }

  /** See `askAgain`. */
  async askAgain(ctx: C): Promise<void> {
    const [inside, course] = this.#open(ctx);
    await this.#settle(inside, course.again());
  }

  override leaveMiddleware(): MiddlewareFn<C> {
    return async (ctx) => {
      const [, course] = this.#open(ctx);
      await this.leaveHandler(ctx, noop);
      course.freeze();
    };
  }

  #open(ctx: C) {
    const course = new WizardCourse<Shape, Step>(ctx, this.#options.state, this.#route);
    // Through unknown: to the compiler, a context without its `wizard` and one with another have nothing in common.
    const inside: unknown = Object.assign(ctx, { wizard: course });
    return [inside as InNamedWizard<C, Shape, Step> & C, course] as const;
  }

  async #take(
    ctx: InNamedWizard<C, Shape, Step> & C,
    course: WizardCourse<Shape, Step>,
    next: () => Promise<void>,
  ): Promise<void> {
    if (course.isLost) {
      // A press or whatever else is for other handlers; only what the user does brings the question back.
      if (newMessage(ctx) === undefined) await next();
      if (newMessage(ctx) === undefined && ctx.callbackQuery === undefined) return;
      await this.#options.changed?.(ctx);
      if (!course.isMoving) course.again();
      return;
    }
    const step: WizardStep<InNamedWizard<C, Shape, Step>, Shape, string> = this.#options.steps[
      course.step
    ];
    if (step.take) {
      await step.take(ctx, next);
      return;
    }
    const message = newMessage(ctx);
    if (step.corrected && message) course.rememberAnswer(message.message_id);
    const answer: unknown = await step.read(ctx);
    if (answer !== undefined) {
      Object.assign(course.state, { [course.step]: answer });
      course.next();
    } else if (message === undefined) await next();
    else if (step.invalid) await step.invalid(ctx);
    else course.again();
  }

  /** Takes an edit of a message that was an answer; false: it is none, or corrects nothing. */
  async #correct(
    ctx: InNamedWizard<C, Shape, Step> & C,
    course: WizardCourse<Shape, Step>,
  ): Promise<boolean> {
    const { editedMessage } = ctx;
    if (editedMessage === undefined) return false;
    const name = course.answeredBy(editedMessage.message_id);
    if (name === undefined) return false;
    const step: WizardStep<InNamedWizard<C, Shape, Step>, Shape, string> = this.#options.steps[
      name
    ];
    const answer: unknown = step.corrected && (await step.read(ctx));
    if (answer === undefined) return false;
    Object.assign(course.state, { [name]: answer });
    if (name === course.step) course.next();
    else await step.corrected?.(ctx);
    return true;
  }

  /** Gives a further message of an album to the step that was given the first one. */
  async #collect(
    ctx: InNamedWizard<C, Shape, Step> & C,
    { scene, step }: { scene?: string; step?: string },
  ): Promise<void> {
    if (scene !== this.id || !this.#route.has(step)) return;
    await this.#options.steps[step].album?.(ctx);
  }

  /** Puts the question of the step that was moved to, if one was, and the wizard was not left meanwhile. */
  async #settle(ctx: InNamedWizard<C, Shape, Step> & C, course: WizardCourse<Shape, Step>) {
    const { steps, done } = this.#options;
    let questions = Object.keys(steps).length * 2;
    while (course.isOpen && course.isMoving) {
      const step = course.arrive();
      if (step !== undefined) {
        if (questions-- === 0) throw new Error(`The wizard ${this.id} comes to rest at no step`);
        await steps[step].ask(ctx);
        continue;
      }
      if (done) await done(ctx, this.#answers(course));
      if (course.isOpen && !course.isMoving) return ctx.scene.leave();
    }
  }

  #answers(course: WizardCourse<Shape, Step>): CompleteState<Shape> {
    const answers = course.complete();
    if (answers !== undefined) return answers;
    const missing = Object.keys(this.#options.state).filter((name) => !(name in course.state));
    throw new Error(
      `The wizard ${this.id} is done without ${missing.join(', ')}: give it a step, or make it optional`,
    );
  }
}

function accepts(kinds: readonly string[] | undefined, ctx: InStage): boolean {
  return kinds ? kinds.some((kind) => kind in ctx.update) : newMessage(ctx) !== undefined;
}
