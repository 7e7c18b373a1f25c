import type { StateOf, StateShape } from './state-shape.js';

interface Stop<Shape extends StateShape> {
  when?: (state: StateOf<Shape>) => boolean;
}

/** Which step comes when, for what is known already. */
export interface WizardRoute<Shape extends StateShape, Step extends string> {
  has(name: string | undefined): name is Step;
  /** For somebody who begins. */
  first(state: StateOf<Shape>): Step;
  /** For somebody whose step is gone: the first that must have an answer and has none. */
  resume(state: StateOf<Shape>): Step;
  /** Undefined: none is left. */
  after(step: Step, state: StateOf<Shape>): Step | undefined;
  before(step: Step, state: StateOf<Shape>): Step;
}

export function createWizardRoute<Shape extends StateShape, Step extends string>(
  stops: Readonly<Record<Step, Stop<Shape>>>,
  shape: Shape,
): WizardRoute<Shape, Step> {
  const names = Object.keys(stops) as Step[];
  // Integer-like names come first in every JavaScript object: their order would not be the one written.
  const numbered = names.find((name) => /^\d+$/.test(name));
  if (numbered !== undefined) throw new Error(`A wizard's step needs a name, not "${numbered}"`);
  const [start] = names;
  if (start === undefined) throw new Error('A wizard needs at least one step');

  const isRequired = (name: Step) => !(shape[name]?.safeParse(undefined).success ?? true);
  const required = new Set(names.filter(isRequired));
  const isMissing = (name: Step, state: StateOf<Shape>) =>
    !(name in shape) || state[name] === undefined;
  const onTheWay = (state: StateOf<Shape>, from = 0, to = names.length) =>
    names.slice(from, to).filter((name) => stops[name].when?.(state) ?? true);
  const firstRequired = (state: StateOf<Shape>, to?: number) =>
    onTheWay(state, 0, to).find((name) => required.has(name) && isMissing(name, state));

  return {
    has: (name): name is Step => name !== undefined && Object.hasOwn(stops, name),
    first: (state) =>
      onTheWay(state).find((name) => isMissing(name, state)) ?? onTheWay(state).at(-1) ?? start,
    resume: (state) =>
      firstRequired(state) ??
      onTheWay(state).findLast((name) => !(name in shape)) ??
      onTheWay(state).at(-1) ??
      start,
    after(step, state) {
      const at = names.indexOf(step);
      return (
        firstRequired(state, at) ?? onTheWay(state, at + 1).find((name) => isMissing(name, state))
      );
    },
    before: (step, state) => onTheWay(state, 0, names.indexOf(step)).at(-1) ?? step,
  };
}
