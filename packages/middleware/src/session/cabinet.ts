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

interface Claim {
  store: object;
  key: string;
  property: string;
}

class TurnCabinet implements Cabinet {
  readonly #claims: Claim[] = [];
  readonly #outside: (() => Promise<void>)[] = [];
  readonly #staged: (() => Promise<void>)[] = [];
  #isClosed = false;

  claim(store: object, key: string, property: string): void {
    // A turn has few sessions, and nearly always one.
    const other = this.#claims.find((claim) => claim.store === store && claim.key === key);
    if (other !== undefined) {
      throw new Error(
        `ctx.${property} and ctx.${other.property} are the same session: give one of them another getSessionKey`,
      );
    }
    this.#claims.push({ store, key, property });
  }

  putBackLater(drawer: SessionDrawer, put: () => Promise<void>): Promise<void> {
    // Left un-awaited by a handler: the others are back already.
    if (this.#isClosed) return put();
    (drawer.outside ? this.#outside : this.#staged).push(put);
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const put of this.#outside) await put();
    for (const put of this.#staged) await put();
  }

  abandon(): void {
    this.#isClosed = true;
  }
}

/** By the turn's sessions: a middleware may hand on a turn of its own making, but not these. */
const open = new WeakMap<TurnInfo['sessions'], TurnCabinet>();

export async function inCabinet(
  turn: TurnInfo,
  run: (cabinet: Cabinet) => Promise<void>,
): Promise<void> {
  const outer = open.get(turn.sessions);
  if (outer) return run(outer);

  const cabinet = new TurnCabinet();
  open.set(turn.sessions, cabinet);
  try {
    await run(cabinet);
    await cabinet.close();
  } finally {
    cabinet.abandon();
    open.delete(turn.sessions);
  }
}
