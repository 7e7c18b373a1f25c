import {
  describeJsonFault,
  isIdentifier,
  jsonFault,
  jsonPath,
  type JsonFault,
} from '@chatlane/contracts';
import { copyData } from '../copy-data.js';
import type { TurnInfo } from '../turn/turn.js';
import type { Stored } from './drawer.js';
import { intoEnvelope, outOfEnvelope } from './envelope.js';
import { SessionInvalidError, SessionTooLargeError } from './errors.js';
import type { SessionRules } from './options.js';
import { judgeWith, namesIn, SCENES } from './schema.js';
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
   * A copy of a default, for one turn.
   *
   * @throws SessionInvalidError naming the path of what JSON cannot hold
   */
  copyDefault(value: S, turn?: Counting): S;
  /**
   * The session as JSON. `before` is what it was read from, if known: what did not change may be too large, and is not
   * read with the schema.
   *
   * @throws SessionInvalidError when it would be read as something else, or could not be read
   * @throws SessionTooLargeError
   */
  seal(value: S, before: string | undefined, turn: Counting): string;
}

type Counting = Pick<TurnInfo, 'count'>;

export function sessionFormat<S>(rules: SessionRules<S>): SessionFormat<S> {
  const { property, version, maxBytes, migrations, schema } = rules;
  const judge = judgeWith(schema);

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

  function requireJson(value: S, turn: Counting | undefined, where = ''): void {
    const fault = jsonFault(value, schema && readBack);
    if (fault) throw unstorable(fault, turn, where);
  }

  function readBack(json: string): S | undefined {
    const judged = judge(JSON.parse(json));
    return judged.fits ? judged.value : undefined;
  }

  function unstorable(fault: JsonFault, turn: Counting | undefined, where: string): Error {
    // The schema neither knows the names in Telegraf's part nor reads that part.
    const isOfScenes = fault.path[0] === SCENES;
    const names = schema && !isOfScenes ? namesIn(schema) : undefined;
    const isShown = (field: string): boolean => names?.has(field) ?? isIdentifier(field);
    const path = jsonPath(fault, isShown);
    const orSchema =
      fault.found === 'a Date' && !isOfScenes
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
    open(stored) {
      if ('unreadable' in stored) return { state: 'unfit', why: 'is not valid JSON' };
      const { version: from, value } = outOfEnvelope(stored.content);
      return from > version ? { state: 'newer', version: from } : read(value, from);
    },
    copyDefault(value, turn) {
      requireJson(value, turn, ' (in defaultSession)');
      return copyData(value);
    },
    seal(value, before, turn) {
      requireJson(value, turn);
      const json = JSON.stringify(intoEnvelope(value, version));
      if (json === before) return json;
      const bytes = Buffer.byteLength(json);
      if (bytes > maxBytes) {
        turn.count?.('session-too-large');
        throw new SessionTooLargeError(property, bytes, maxBytes);
      }
      if (schema === undefined) return json;
      const judged = judge(outOfEnvelope(JSON.parse(json)).value);
      if (judged.fits) return json;
      throw invalid(
        judged.paths,
        `ctx.${property} does not fit its schema at: ${judged.paths.join(', ')}`,
        turn,
      );
    },
  };
}
