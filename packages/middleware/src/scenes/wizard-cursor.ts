import { z } from 'zod';
import type { InStage } from './scene-context.js';
import { parseCopy } from '../validation/parse-copy.js';
import {
  dropInvalidFields,
  type CompleteState,
  type StateOf,
  type StateShape,
} from './state-shape.js';
import type { StepOrder } from './step-order.js';
import type { NamedWizard } from './wizard-step.js';

interface StoredScene {
  state?: object;
  /** The step whose question the user was asked last. */
  step?: string;
  /** The ids of the messages that were answers, by step, for steps that accept corrections. */
  answers?: Record<string, number>;
}

/** The position in a named wizard during one turn: the current step, and the step that handlers have chosen. */
export class WizardCursor<Shape extends StateShape, Step extends string> implements NamedWizard<
  Shape,
  Step
> {
  readonly #scene: InStage['scene'];
  readonly #stored: StoredScene;
  readonly #shape: Shape;
  readonly #order: StepOrder<Shape, Step>;
  #step: Step;
  /** The chosen step. Undefined: none was chosen; null: the wizard is done. */
  #target: Step | null | undefined;

  constructor(ctx: InStage, shape: Shape, order: StepOrder<Shape, Step>) {
    this.#scene = ctx.scene;
    this.#stored = ctx.scene.session;
    this.#shape = shape;
    this.#order = order;
    dropInvalidFields(shape, (this.#stored.state ??= {}));
    const { step } = this.#stored;
    this.isStepGone = !order.has(step);
    this.#step = order.has(step) ? step : order.resume(this.state);
  }

  /** The step whose question the user was asked is not in this wizard, or no question was asked. */
  readonly isStepGone: boolean;

  get state(): StateOf<Shape> {
    return (this.#stored.state ??= {});
  }

  get step(): Step {
    return this.#step;
  }

  /** False once the scene was left or entered again, when Telegraf replaces the stored object. */
  get isOpen(): boolean {
    return this.#scene.session === this.#stored;
  }

  get hasTarget(): boolean {
    return this.#target !== undefined;
  }

  next(): this {
    this.#target = this.#order.after(this.#step, this.state) ?? null;
    return this;
  }

  back(): this {
    return this.selectStep(this.#order.before(this.#step, this.state));
  }

  again(): this {
    return this.selectStep(this.#step);
  }

  selectStep(step: Step): this {
    if (!this.#order.has(step)) throw new Error(`The wizard has no step "${String(step)}"`);
    this.#target = step;
    return this;
  }

  complete(): CompleteState<Shape> | undefined {
    const { data }: { data?: unknown } = parseCopy(z.object(this.#shape), this.state);
    return data as CompleteState<Shape> | undefined;
  }

  /** Stores which message was the answer to the current step. */
  rememberAnswer(messageId: number): void {
    (this.#stored.answers ??= {})[this.#step] = messageId;
  }

  /** The step that this message answered. */
  answeredBy(messageId: number): Step | undefined {
    const answers = Object.entries(this.#stored.answers ?? {});
    const step = answers.find(([, id]) => id === messageId)?.[0];
    return this.#order.has(step) ? step : undefined;
  }

  begin(): this {
    return this.selectStep(this.#order.first(this.state));
  }

  /** Moves to the chosen step and returns it. Undefined: the wizard is done. */
  moveToTarget(): Step | undefined {
    const target = this.#target;
    this.#target = undefined;
    if (target === null || target === undefined) return undefined;
    this.#step = target;
    this.#stored.step = target;
    return target;
  }

  /** Makes later writes to the state throw, because they would be lost. */
  freeze(): void {
    Object.freeze(this.#stored.state);
  }
}
