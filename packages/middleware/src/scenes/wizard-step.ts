import type { FileEvents, knownKinds } from '@chatlane/contracts';
import type { z } from 'zod';
import type { CompleteState, StateOf, StateShape } from './state-shape.js';

/** `ctx.wizard` inside a named wizard. Moving takes effect when the handler is done: then the step reached asks. */
export interface NamedWizard<Shape extends StateShape, Step extends string> {
  /** The answers so far, and whatever else the shape has. Kept until the wizard is left, then frozen. */
  readonly state: StateOf<Shape>;
  /** The name of the present step. */
  readonly step: Step;
  /**
   * Goes on to the first earlier step that must have an answer and has none (a deploy put it there), else to the next
   * one that has none. A step whose name is no field of the shape always counts. Behind the last one: `done`.
   */
  next(): this;
  /** Goes one step back; at the first one, asks again. */
  back(): this;
  selectStep(step: Step): this;
  /** Asks the present step's question again. */
  again(): this;
  /** All answers, or undefined while one that is not optional is missing. */
  complete(): CompleteState<Shape> | undefined;
}

/** A bot's context inside a named wizard: `ctx.wizard` is the wizard's, whatever else the bot declares it to be. */
export type InNamedWizard<
  C,
  Shape extends StateShape,
  Step extends string,
> = ('wizard' extends keyof C ? Omit<C, 'wizard'> : C) & { wizard: NamedWizard<Shape, Step> };

type Next = () => Promise<void>;

/** The field of an update that says what it is, such as `callback_query`; an event about files has one too. */
export type UpdateKind = (typeof knownKinds)[number] | keyof FileEvents;

interface AnyStep<C, Shape extends StateShape> {
  /** Puts the question; run whenever the user gets here. */
  ask: (ctx: C) => unknown;
  /** Whether the step has a place in this user's way. Default: yes. One that has none is passed over. */
  when?: (state: StateOf<Shape>) => boolean;
  /**
   * The kinds of updates that may be its answer. All others go on to the bot's other handlers. Default: new messages
   * (`message`, `channel_post`, `business_message`, `guest_message`) except service messages; not presses of old buttons,
   * edits or reactions.
   */
  accepts?: readonly UpdateKind[];
  /**
   * Called with each further message of an album whose first one this step was given, in their order, wherever the wizard
   * is by then. Default: they are dropped. None of them is an answer: an album is one. The last is not marked as such:
   * to be sure to have all, ask something more.
   */
  album?: (ctx: C) => unknown;
}

/** A step that gets an answer out of an update; the answer is kept under the step's name. */
interface ReadStep<C, Shape extends StateShape, Answer> extends AnyStep<C, Shape> {
  /**
   * The answer in this update; undefined: there is none that is valid, and the question is put again. Undefined for
   * anything but a new message means that it is no answer at all: it goes on to the bot's other handlers.
   */
  read: (ctx: C) => Answer | undefined | Promise<Answer | undefined>;
  /** Says what is wrong with the answer. Default: `ask`. */
  invalid?: (ctx: C) => unknown;
  /**
   * Makes the step take corrections: when the user edits the message that was their answer to it, `read` is called with the
   * edit, and a valid answer takes the place of the earlier one. Then this says so; if the step is still waiting for an
   * answer, the wizard goes on instead. Default: edits go on to the bot's other handlers.
   */
  corrected?: (ctx: C) => unknown;
  take?: never;
}

/** A step that does with an answer as it likes: it stays, moves with `ctx.wizard`, or leaves the scene. */
interface TakeStep<C, Shape extends StateShape> extends AnyStep<C, Shape> {
  take: (ctx: C, next: Next) => unknown;
  read?: never;
  invalid?: never;
  corrected?: never;
}

/** One step of a named wizard, by its name. */
export type WizardStep<C, Shape extends StateShape, Name> =
  TakeStep<C, Shape> | ReadStep<C, Shape, Name extends keyof Shape ? z.output<Shape[Name]> : never>;
