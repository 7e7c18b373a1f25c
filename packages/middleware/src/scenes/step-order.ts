import type { StateOf, StateShape } from './state-shape.js';

interface ConditionalStep<Shape extends StateShape> {
  when?: (state: StateOf<Shape>) => boolean;
}

/** The order of a wizard's steps, given the answers so far. */
export interface StepOrder<Shape extends StateShape, Step extends string> {
  has(name: string | undefined): name is Step;
  /** The first step of a user who enters the wizard. */
  first(state: StateOf<Shape>): Step;
  /** The step for a user whose step no longer exists: the first that requires an answer and has none. */
  resume(state: StateOf<Shape>): Step;
  /** The step after `step`, or undefined if none is left. */
  after(step: Step, state: StateOf<Shape>): Step | undefined;
  /** The step before `step`, or `step` itself if it is the first. */
  before(step: Step, state: StateOf<Shape>): Step;
}

export function createStepOrder<Shape extends StateShape, Step extends string>(
  steps: Readonly<Record<Step, ConditionalStep<Shape>>>,
  shape: Shape,
): StepOrder<Shape, Step> {
  const names = Object.keys(steps) as Step[];
  // JavaScript objects list integer-like keys first, whatever their order in the source.
  const numbered = names.find((name) => /^\d+$/.test(name));
  if (numbered !== undefined) throw new Error(`A wizard's step needs a name, not "${numbered}"`);
  const [start] = names;
  if (start === undefined) throw new Error('A wizard needs at least one step');

  const isRequired = (name: Step) => !(shape[name]?.safeParse(undefined).success ?? true);
  const required = new Set(names.filter(isRequired));
  const isMissing = (name: Step, state: StateOf<Shape>) =>
    !(name in shape) || state[name] === undefined;
  const applicable = (state: StateOf<Shape>, from = 0, to = names.length) =>
    names.slice(from, to).filter((name) => steps[name].when?.(state) ?? true);
  const firstRequired = (state: StateOf<Shape>, to?: number) =>
    applicable(state, 0, to).find((name) => required.has(name) && isMissing(name, state));

  return {
    has: (name): name is Step => name !== undefined && Object.hasOwn(steps, name),
    first: (state) =>
      applicable(state).find((name) => isMissing(name, state)) ?? applicable(state).at(-1) ?? start,
    resume: (state) =>
      firstRequired(state) ??
      applicable(state).findLast((name) => !(name in shape)) ??
      applicable(state).at(-1) ??
      start,
    after(step, state) {
      const at = names.indexOf(step);
      return (
        firstRequired(state, at) ?? applicable(state, at + 1).find((name) => isMissing(name, state))
      );
    },
    before: (step, state) => applicable(state, 0, names.indexOf(step)).at(-1) ?? step,
  };
}
