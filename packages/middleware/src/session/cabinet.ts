import type { TurnInfo } from '../turn/turn.js';
import type { SessionDrawer } from './drawer.js';

/**
 * The sessions of one turn. They are put back together, by the outermost of them, once none can fail any more: what
 * stops one of them, even where a handler further out swallows the error, stops all.
 */
export interface Cabinet {
  /** @throws Error when another property has the same session: the last one put back would undo the other. */
  claim(store: object, key: string, property: string): void;
  /** `put` is what can no longer fail for the session's own sake. */
  putBackLater(drawer: SessionDrawer, put: () => Promise<void>): Promise<void>;
}

/** By the turn's sessions: a middleware may hand on a turn of its own making, but not these. */
const open = new WeakMap<TurnInfo['sessions'], Cabinet>();

export async function inCabinet(
  turn: TurnInfo,
  run: (cabinet: Cabinet) => Promise<void>,
): Promise<void> {
  const outer = open.get(turn.sessions);
  if (outer) return run(outer);

  const claimed = new Map<object, Map<string, string>>();
  const outside: (() => Promise<void>)[] = [];
  const staged: (() => Promise<void>)[] = [];
  let closed = false;
  open.set(turn.sessions, {
    claim(store, key, property) {
      const keys = claimed.get(store) ?? new Map<string, string>();
      claimed.set(store, keys);
      const other = keys.get(key);
      if (other !== undefined) {
        throw new Error(
          `ctx.${property} and ctx.${other} are the same session: give one of them another getSessionKey`,
        );
      }
      keys.set(key, property);
    },
    async putBackLater(drawer, put) {
      // Left un-awaited by a handler: the others are back already.
      if (closed) return put();
      (drawer.outside ? outside : staged).push(put);
    },
  });
  try {
    await run(open.get(turn.sessions)!);
    closed = true;
    for (const put of [...outside, ...staged]) await put();
  } finally {
    closed = true;
    open.delete(turn.sessions);
  }
}
