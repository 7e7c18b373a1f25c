import type { TurnInfo } from '../turn/turn.js';
import type { Sealed, Stored } from './drawer.js';
import { intoEnvelope, outOfEnvelope } from './envelope.js';
import { SessionInvalidError, SessionTooLargeError } from './errors.js';
import type { SessionRules } from './options.js';
import { judgeWith } from './schema.js';
import { migrate } from './versions.js';

/** What the code makes of a stored session. */
export type Opened<S> =
  | { state: 'fits'; value: S; migrated: boolean }
  | { state: 'newer'; version: number }
  | { state: 'unfit'; why: string };

/** How a session is written and read again. */
export interface SessionFormat<S> {
  open(stored: Stored): Opened<S>;
  /**
   * `json` is what the session was read from, if known: what did not change needs no checks.
   *
   * @throws SessionInvalidError when it could not be opened again
   * @throws SessionTooLargeError
   */
  seal(value: S, json: string | undefined, turn: Pick<TurnInfo, 'count'>): Sealed;
}

export function sessionFormat<S>(rules: SessionRules<S>): SessionFormat<S> {
  const { property, version, maxBytes, migrations } = rules;
  const judge = judgeWith(rules.schema);

  function read(value: unknown, from: number): Opened<S> {
    let at = `migration from version ${from}`;
    try {
      // A step may change what it is given: what is put aside must be what was stored.
      const migrated =
        from < version ? migrate(structuredClone(value), from, version, migrations) : value;
      at = 'schema';
      const judged = judge(migrated);
      if (judged.fits) return { state: 'fits', value: judged.value, migrated: from < version };
      return { state: 'unfit', why: `does not fit the schema at: ${judged.paths.join(', ')}` };
    } catch (error) {
      // Its message may quote the session.
      return { state: 'unfit', why: `${at}: ${error instanceof Error ? error.name : 'threw'}` };
    }
  }

  return {
    open(stored) {
      if ('unreadable' in stored) return { state: 'unfit', why: 'is not valid JSON' };
      const { version: from, value } = outOfEnvelope(stored.content);
      return from > version ? { state: 'newer', version: from } : read(value, from);
    },
    seal(value, before, turn) {
      const content = intoEnvelope(value, version);
      const json = toJson(content);
      if (json !== undefined && json === before) return { content, json };

      const invalid = (paths: string[], problem: string): Error => {
        turn.count?.('session-invalid');
        return new SessionInvalidError(property, paths, problem);
      };
      if (json === undefined) throw invalid([], 'cannot be written as JSON');
      const bytes = Buffer.byteLength(json);
      if (bytes > maxBytes) {
        turn.count?.('session-too-large');
        throw new SessionTooLargeError(property, bytes, maxBytes);
      }
      if (rules.schema === undefined) return { content, json };
      const judged = judge(outOfEnvelope(JSON.parse(json)).value);
      if (judged.fits) return { content, json };
      throw invalid(judged.paths, `does not fit its schema at: ${judged.paths.join(', ')}`);
    },
  };
}

/** Undefined for a function, a cycle or a bigint; the engine's message would name keys, which may be data. */
function toJson(content: unknown): string | undefined {
  try {
    return JSON.stringify(content);
  } catch {
    return undefined;
  }
}
