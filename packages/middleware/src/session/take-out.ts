import type { TurnInfo } from '../turn/turn.js';
import type { Stored } from './drawer.js';
import { SessionNewerError } from './errors.js';
import type { SessionFormat } from './format.js';
import type { SessionRules } from './options.js';

/** A session at the start of a turn. */
export interface TakenOut<S> {
  value: S | undefined;
  /** The JSON it was read from, if that is at hand and needs no other form. */
  json?: string | undefined;
  /** It is to be put back also when nobody touches it. */
  migrated?: boolean;
  /** What could not be read, as JSON, to be put aside. */
  aside?: string;
}

/**
 * Reads what a drawer held. A promise only where other workers have to be asked.
 *
 * @throws SessionNewerError while a worker of the newer code is alive, or another attempt may meet one
 */
export function takeOut<S>(
  stored: Stored | undefined,
  format: SessionFormat<S>,
  turn: TurnInfo,
  rules: Pick<SessionRules<S>, 'property' | 'version'>,
): TakenOut<S> | Promise<TakenOut<S>> {
  if (stored === undefined) return { value: undefined };
  const opened = format.open(stored);
  if (opened.state === 'fits') {
    const json = 'json' in stored ? stored.json : undefined;
    return { value: opened.value, json, migrated: opened.migrated };
  }
  if (opened.state === 'unfit') return { value: undefined, aside: forLater(stored, opened.why) };
  return meetNewer(stored, opened.version, turn, rules);
}

async function meetNewer<S>(
  stored: Stored,
  newer: number,
  turn: TurnInfo,
  { property, version }: Pick<SessionRules<S>, 'property' | 'version'>,
): Promise<TakenOut<S>> {
  const isNewerAlive = (await turn.sessionVersions?.isAlive(property, newer)) ?? false;
  if (isNewerAlive || turn.lastAttempt === false) {
    turn.count?.('session-newer');
    throw new SessionNewerError(property, newer, version, isNewerAlive);
  }
  const why = `is of version ${newer}, newer than ${version}`;
  return { value: undefined, aside: forLater(stored, why) };
}

/** As it was, with the reason; what is no JSON as text. */
function forLater(stored: Stored, why: string): string {
  const session = 'unreadable' in stored ? stored.unreadable : stored.content;
  return JSON.stringify({ setAside: new Date().toISOString(), why, session });
}
