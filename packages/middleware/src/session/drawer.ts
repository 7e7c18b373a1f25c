/** What a drawer holds: parsed content, or text that is no JSON. */
export type Stored = { content: unknown; json?: string } | { unreadable: string };

/** One session, taken out at the start of a turn and put back at its end. */
export interface SessionDrawer {
  /** Is written outside the lane's commit, so before anything is staged for it. */
  readonly outside: boolean;
  load(): Promise<Stored | undefined>;
  /** Undefined deletes it. */
  save(json: string | undefined): Promise<void>;
  /** Keeps something under `asideKey`, where no turn looks; for `ASIDE_SECONDS`, if the store can do that. Overwrites nothing. */
  setAside(json: string): Promise<void>;
}

/**
 * Where a session is kept that the code cannot read, for example `c:42:42~aside-20261130T081500123Z`. The time keeps it from
 * what was put aside before. No colon: with one the key could belong to two lanes.
 */
export const asideKey = (key: string): string =>
  `${key}~aside-${new Date().toISOString().replace(/[-:.]/g, '')}`;

/** 30 days. */
export const ASIDE_SECONDS = 2_592_000;
