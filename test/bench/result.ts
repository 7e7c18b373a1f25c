/** What one system, or one variant of a scenario, came to. */
export interface Figures {
  name: string;
  [figure: string]: number | string;
}

/** Chatlane's figure over another's, of the same run. */
export interface Ratio {
  what: string;
  value: number;
  /** As the project's goals put it; absent: none is set. */
  goal?: Goal;
}

export type Goal = { atLeast: number } | { atMost: number };

export interface Result {
  scenario: string;
  systems: Figures[];
  ratios: Ratio[];
}

/** `quick` shows that a scenario runs; its figures mean nothing. */
export type Scenario = (options: { quick: boolean }) => Promise<Result>;
