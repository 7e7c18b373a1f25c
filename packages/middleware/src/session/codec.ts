import {
  describeJsonFault,
  isIdentifier,
  jsonFault,
  jsonPath,
  type JsonFault,
} from '@chatlane/contracts';
import { copyData } from '../copy-data.js';
import type { TurnInfo } from '../turn/turn.js';
import type { RawSession } from './backends.js';
import { SessionInvalidError, SessionNewerError, SessionTooLargeError } from './errors.js';
import type { SessionRules } from './options.js';
import { createValidator, namesIn, SCENES } from './schema.js';
import { fromStoredForm, migrate, toStoredForm } from './versions.js';

/** A stored session as this code understands it. */
export type DecodedSession<S> =
  | { state: 'valid'; value: S; migrated: boolean }
  | { state: 'newer'; version: number }
  | { state: 'invalid'; why: string };

/** Converts between a session and its stored form. */
export interface SessionCodec<S> {
  /** Migrates and validates a stored session. Does not throw. */
  decode(stored: RawSession): DecodedSession<S>;
  /**
   * Copies a default session for one turn.
   *
   * @throws SessionInvalidError with the path of a value that JSON cannot hold
   */
  copyDefault(value: S, turn?: Counting): S;
  /**
   * Returns the session as JSON. `before` is the JSON it was read from, if known: a session that did not change may
   * exceed `maxBytes`, and is not validated again.
   *
   * @throws SessionInvalidError when reading the JSON back would give another value, or is not possible
   * @throws SessionTooLargeError
   */
  encode(value: S, before: string | undefined, turn: Counting): string;
}

type Counting = Pick<TurnInfo, 'count'>;

export function sessionCodec<S>(rules: SessionRules<S>): SessionCodec<S> {
  const { property, version, maxBytes, migrations, schema } = rules;
  const validate = createValidator(schema);

  function read(value: unknown, from: number): DecodedSession<S> {
    let at = `migration from version ${from}`;
    try {
      // A migration may modify its argument, but the session must be set aside exactly as it was stored.
      const migrated =
        from < version ? migrate(structuredClone(value), from, version, migrations) : value;
      at = 'schema';
      const result = validate(migrated);
      if (result.isValid) return { state: 'valid', value: result.value, migrated: from < version };
      return { state: 'invalid', why: `does not fit the schema at: ${result.paths.join(', ')}` };
    } catch (error) {
      // Only the error's name: its message may quote the session.
      return { state: 'invalid', why: `${at}: ${error instanceof Error ? error.name : 'threw'}` };
    }
  }

  function requireJson(value: S, turn: Counting | undefined, where = ''): void {
    const fault = jsonFault(value, schema && readBack);
    if (fault) throw unstorable(fault, turn, where);
  }

  function readBack(json: string): S | undefined {
    const result = validate(JSON.parse(json));
    return result.isValid ? result.value : undefined;
  }

  function unstorable(fault: JsonFault, turn: Counting | undefined, where: string): Error {
    // The schema does not apply to Telegraf's scene state.
    const isInScenes = fault.path[0] === SCENES;
    const names = schema && !isInScenes ? namesIn(schema) : undefined;
    const isShown = (field: string): boolean => names?.has(field) ?? isIdentifier(field);
    const path = jsonPath(fault, isShown);
    const orSchema =
      fault.found === 'a Date' && !isInScenes
        ? ', or read it with z.coerce.date() in a schema'
        : '';
    const described = describeJsonFault(`ctx.${property}`, fault, isShown);
    return invalid(
      [path.replace(/^\./, '') || '(the whole)'],
      `${described}${orSchema}${where}`,
      turn,
    );
  }

  function invalid(paths: string[], problem: string, turn: Counting | undefined): Error {
    turn?.count?.('session-invalid');
    return new SessionInvalidError(property, paths, problem);
  }

  return {
    decode(stored) {
      if ('unreadable' in stored) return { state: 'invalid', why: 'is not valid JSON' };
      const { version: from, value } = fromStoredForm(stored.content);
      return from > version ? { state: 'newer', version: from } : read(value, from);
    },
    copyDefault(value, turn) {
      requireJson(value, turn, ' (in defaultSession)');
      return copyData(value);
    },
    encode(value, before, turn) {
      requireJson(value, turn);
      const json = JSON.stringify(toStoredForm({ version, value }));
      if (json === before) return json;
      const bytes = Buffer.byteLength(json);
      if (bytes > maxBytes) {
        turn.count?.('session-too-large');
        throw new SessionTooLargeError(property, bytes, maxBytes);
      }
      if (schema === undefined) return json;
      const result = validate(fromStoredForm(JSON.parse(json)).value);
      if (result.isValid) return json;
      throw invalid(
        result.paths,
        `ctx.${property} does not fit its schema at: ${result.paths.join(', ')}`,
        turn,
      );
    },
  };
}

/** A session at the start of a turn. */
export interface LoadedSession<S> {
  value: S | undefined;
  /** The JSON it was decoded from, if known and still in its current form. */
  json?: string | undefined;
  /** It was migrated, and is saved even if no handler touches it. */
  migrated?: boolean;
  /** JSON to be set aside: the stored session, which could not be decoded, and the reason. */
  aside?: string;
}

/**
 * Decodes what a backend has loaded. Returns a promise only if it has to ask which versions other workers know.
 *
 * @throws SessionNewerError while a worker of the newer code is alive, or while another attempt may find one
 */
export function loadSession<S>(
  stored: RawSession | undefined,
  codec: SessionCodec<S>,
  turn: TurnInfo,
  rules: Pick<SessionRules<S>, 'property' | 'version'>,
): LoadedSession<S> | Promise<LoadedSession<S>> {
  if (stored === undefined) return { value: undefined };
  const decoded = codec.decode(stored);
  if (decoded.state === 'valid') {
    const json = 'json' in stored ? stored.json : undefined;
    return { value: decoded.value, json, migrated: decoded.migrated };
  }
  if (decoded.state === 'invalid') {
    return { value: undefined, aside: asideRecord(stored, decoded.why) };
  }
  return handleNewer(stored, decoded.version, turn, rules);
}

async function handleNewer<S>(
  stored: RawSession,
  newer: number,
  turn: TurnInfo,
  { property, version }: Pick<SessionRules<S>, 'property' | 'version'>,
): Promise<LoadedSession<S>> {
  const isNewerAlive = (await turn.sessionVersions?.isAlive(property, newer)) ?? false;
  if (isNewerAlive || turn.lastAttempt === false) {
    turn.count?.('session-newer');
    throw new SessionNewerError(property, newer, version, isNewerAlive);
  }
  const why = `is of version ${newer}, newer than ${version}`;
  return { value: undefined, aside: asideRecord(stored, why) };
}

/** The session as it was stored, with the reason. What is not JSON is kept as a string. */
function asideRecord(stored: RawSession, why: string): string {
  const session = 'unreadable' in stored ? stored.unreadable : stored.content;
  return JSON.stringify({ setAside: new Date().toISOString(), why, session });
}
