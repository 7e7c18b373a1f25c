import type { FileEvents, knownKinds } from '@chatlane/contracts';
import type { z } from 'zod';
import type { CompleteState, StateOf, StateShape } from './state-shape.js';

/** `ctx.wizard` inside a named wizard. A move takes effect when the handler is done: then the new step asks. */
export interface NamedWizard<Shape extends StateShape, Step extends string> {
  /** The answers so far, and other fields of the shape. They are kept until the wizard is left, and frozen then. */
  readonly state: StateOf<Shape>;
  /** The name of the current step. */
  readonly step: Step;
  /**
   * Moves to the first earlier step that requires an answer and has none, because a deploy added it, or else to the
   * next step without an answer. Steps whose name is not a field of the shape are never skipped. After the last
   * step, `done` runs.
   */
  next(): this;
  /** Moves one step back. At the first step, asks again. */
  back(): this;
  /**
   * Moves to a step.
   *
   * @throws Error when the wizard has no such step
   */
  selectStep(step: Step): this;
  /** Repeats the question of the current step. */
  again(): this;
  /** All answers, or undefined while a required one is missing. */
  complete(): CompleteState<Shape> | undefined;
}

/** A bot's context inside a named wizard. `ctx.wizard` has the wizard's type, whatever the bot declares. */
export type InNamedWizard<
  C,
  Shape extends StateShape,
  Step extends string,
> = ('wizard' extends keyof C ? Omit<C, 'wizard'> : C) & { wizard: NamedWizard<Shape, Step> };

type Next = () => Promise<void>;

/** A kind of update, such as `callback_query`, or of an event about files. */
export type UpdateKind = (typeof knownKinds)[number] | keyof FileEvents;

interface AnyStep<C, Shape extends StateShape> {
  /** Asks the question. Runs whenever the user reaches the step. */
  ask: (ctx: C) => unknown;
  /** Return false to skip the step for this user. Default: true. */
  when?: (state: StateOf<Shape>) => boolean;
  /**
   * The kinds of updates that can be an answer. All others are passed to the bot's other handlers. Default: new
   * messages (`message`, `channel_post`, `business_message`, `guest_message`) except service messages; not button
   * presses, edits or reactions.
   */
  accepts?: readonly UpdateKind[];
  /**
   * Called for each further message of an album whose first message this step received, in order, even if the wizard
   * has moved on. They are not answers, as an album is a single one. By default they are dropped. Telegram does not
   * mark the last message: to be sure of all of them, ask another question.
   */
  album?: (ctx: C) => unknown;
}

/** A step that reads an answer out of an update. The answer is stored in the state under the step's name. */
interface ReadStep<C, Shape extends StateShape, Answer> extends AnyStep<C, Shape> {
  /**
   * Returns the answer in this update, or undefined if it has no valid one. Then the question is repeated, or, if the
   * update is not a new message, it is passed to the bot's other handlers.
   */
  read: (ctx: C) => Answer | undefined | Promise<Answer | undefined>;
  /** Explains what is wrong with the answer. Default: `ask`. */
  invalid?: (ctx: C) => unknown;
  /**
   * Makes the step accept corrections. When the user edits the message that was their answer, `read` is called with the
   * edit, and a valid answer replaces the earlier one. Then `corrected` is called to confirm it; if the step is still
   * waiting for an answer the wizard moves on instead. By default edits are passed to the bot's other handlers.
   */
  corrected?: (ctx: C) => unknown;
  handle?: never;
}

/** A step that handles the answer itself: it may stay, move with `ctx.wizard`, or leave the scene. */
interface HandleStep<C, Shape extends StateShape> extends AnyStep<C, Shape> {
  /** Handles an answer. Call `next` to pass the update to the bot's other handlers. */
  handle: (ctx: C, next: Next) => unknown;
  read?: never;
  invalid?: never;
  corrected?: never;
}

/** One step of a named wizard. `Name` is its name. */
export type WizardStep<C, Shape extends StateShape, Name> =
  | HandleStep<C, Shape>
  | ReadStep<C, Shape, Name extends keyof Shape ? z.output<Shape[Name]> : never>;
