import type { TurnInfo } from '../turn/turn.js';
import type { SessionBackend } from './backends.js';

/**
 * All sessions of one turn. The outermost session middleware saves them together, once none of them can still fail.
 * If one of them fails none is saved, even if a handler further out swallows the error.
 */
export interface SessionUnitOfWork {
  /** @throws Error when another property already holds the same session: the later save would undo the earlier one. */
  claim(store: object, key: string, property: string): void;
  /** Runs `save` when the unit of work ends. Whatever can fail besides the store must be done before. */
  deferSave(backend: SessionBackend, save: () => Promise<void>): Promise<void>;
}

interface Claim {
  store: object;
  key: string;
  property: string;
}

class TurnUnitOfWork implements SessionUnitOfWork {
  readonly #claims: Claim[] = [];
  readonly #externalSaves: (() => Promise<void>)[] = [];
  readonly #stagedSaves: (() => Promise<void>)[] = [];
  #isClosed = false;

  claim(store: object, key: string, property: string): void {
    // A linear search: a turn has few sessions, nearly always one.
    const other = this.#claims.find((claim) => claim.store === store && claim.key === key);
    if (other !== undefined) {
      throw new Error(
        `ctx.${property} and ctx.${other.property} are the same session: give one of them another getSessionKey`,
      );
    }
    this.#claims.push({ store, key, property });
  }

  deferSave(backend: SessionBackend, save: () => Promise<void>): Promise<void> {
    // A handler did not await its `next()`, so the other sessions have been saved already.
    if (this.#isClosed) return save();
    (backend.isExternal ? this.#externalSaves : this.#stagedSaves).push(save);
    return Promise.resolve();
  }

  /** External stores first: they can still fail, and then nothing may be staged. */
  async saveAll(): Promise<void> {
    this.#isClosed = true;
    for (const save of this.#externalSaves) await save();
    for (const save of this.#stagedSaves) await save();
  }

  close(): void {
    this.#isClosed = true;
  }
}

/** Keyed by `turn.sessions`: a middleware may pass on a modified copy of the turn, but that object stays the same. */
const open = new WeakMap<TurnInfo['sessions'], TurnUnitOfWork>();

/** Runs `run` in the turn's unit of work. The outermost call opens it, and saves all sessions after `run` succeeded. */
export async function inUnitOfWork(
  turn: TurnInfo,
  run: (unit: SessionUnitOfWork) => Promise<void>,
): Promise<void> {
  const outer = open.get(turn.sessions);
  if (outer) return run(outer);

  const unit = new TurnUnitOfWork();
  open.set(turn.sessions, unit);
  try {
    await run(unit);
    await unit.saveAll();
  } finally {
    unit.close();
    open.delete(turn.sessions);
  }
}
