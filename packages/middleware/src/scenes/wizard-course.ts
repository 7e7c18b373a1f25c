import { z } from 'zod';
import type { InStage } from './scene-context.js';
import { parseCopy } from '../validation/parse-copy.js';
import { dropMisfits, type CompleteState, type StateOf, type StateShape } from './state-shape.js';
import type { WizardRoute } from './wizard-route.js';
import type { NamedWizard } from './wizard-step.js';

interface Place {
  state?: object;
  /** The name of the step whose question the user was asked. */
  step?: string;
  /** The numbers of the messages that were given as answers, by step: of steps that take corrections. */
  answers?: Record<string, number>;
}

/** One turn's run of a named wizard: where the user is, and where the handlers want to go. */
export class WizardCourse<Shape extends StateShape, Step extends string> implements NamedWizard<
  Shape,
  Step
> {
  readonly #scene: InStage['scene'];
  readonly #place: Place;
  readonly #shape: Shape;
  readonly #route: WizardRoute<Shape, Step>;
  #step: Step;
  /** Undefined: stays; null: behind the last step. */
  #goal: Step | null | undefined;

  constructor(ctx: InStage, shape: Shape, route: WizardRoute<Shape, Step>) {
    this.#scene = ctx.scene;
    this.#place = ctx.scene.session;
    this.#shape = shape;
    this.#route = route;
    dropMisfits(shape, (this.#place.state ??= {}));
    const { step } = this.#place;
    this.isLost = !route.has(step);
    this.#step = route.has(step) ? step : route.resume(this.state);
  }

  /** The step that the user was asked is none of this wizard, or none was asked. */
  readonly isLost: boolean;

  get state(): StateOf<Shape> {
    return (this.#place.state ??= {});
  }

  get step(): Step {
    return this.#step;
  }

  /** False once the scene was left, or entered anew: Telegraf then begins a new place. */
  get isOpen(): boolean {
    return this.#scene.session === this.#place;
  }

  get isMoving(): boolean {
    return this.#goal !== undefined;
  }

  next(): this {
    this.#goal = this.#route.after(this.#step, this.state) ?? null;
    return this;
  }

  back(): this {
    return this.selectStep(this.#route.before(this.#step, this.state));
  }

  again(): this {
    return this.selectStep(this.#step);
  }

  selectStep(step: Step): this {
    if (!this.#route.has(step)) throw new Error(`The wizard has no step "${String(step)}"`);
    this.#goal = step;
    return this;
  }

  complete(): CompleteState<Shape> | undefined {
    const { data }: { data?: unknown } = parseCopy(z.object(this.#shape), this.state);
    return data as CompleteState<Shape> | undefined;
  }

  /** Remembers which message was given as the present step's answer. */
  rememberAnswer(messageId: number): void {
    (this.#place.answers ??= {})[this.#step] = messageId;
  }

  /** The step that was given this message as its answer. */
  answeredBy(messageId: number): Step | undefined {
    const given = Object.entries(this.#place.answers ?? {});
    const step = given.find(([, id]) => id === messageId)?.[0];
    return this.#route.has(step) ? step : undefined;
  }

  begin(): this {
    return this.selectStep(this.#route.first(this.state));
  }

  /** Carries the wanted move out; undefined: behind the last step. */
  arrive(): Step | undefined {
    const goal = this.#goal;
    this.#goal = undefined;
    if (goal === null || goal === undefined) return undefined;
    this.#step = goal;
    this.#place.step = goal;
    return goal;
  }

  /** What is written from now on would be lost: such a write throws. */
  freeze(): void {
    Object.freeze(this.#place.state);
  }
}
