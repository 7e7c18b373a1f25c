/** The figures of one system, or of one variant of a scenario. */
export interface Figures {
  name: string;
  [figure: string]: number | string;
}

/** Chatlane's figure relative to another's in the same run. */
export interface Ratio {
  what: string;
  value: number;
  /** The project's goal. Absent if there is none. */
  goal?: Goal;
}

export type Goal = { atLeast: number } | { atMost: number };

export interface Result {
  scenario: string;
  systems: Figures[];
  ratios: Ratio[];
}

/** `quick` only shows that a scenario runs; its figures are meaningless. */
export type Scenario = (options: { quick: boolean }) => Promise<Result>;
