import { defineScript, type Script } from '@chatlane/redis';
import type { Result } from './events.js';
import type { PutOffCause } from './observer.js';
import type { KnownContent } from './ports.js';

const lua = (operation: string): URL => new URL(`../lua/${operation}.lua`, import.meta.url);
const names = lua('names');
const endRequest = lua('end-request');
const charge = lua('charge');
const dropFile = lua('drop-file');

/** How long a request is remembered after its event was delivered: longer than a lane remembers the event's id. */
export const REMEMBER_MS = 3 * 86_400_000;

/** A request with a result. */
export interface Recorded {
  result: Result;
  /** Empty when it does not belong to an album. */
  album: string;
  batch: number;
  /** 0, or the time at which an operator retried it. */
  round: number;
  outcome: string;
}

/** Stored content and its key, which all holders of a file share. */
export type SharedContent = KnownContent & { key: string };

/** A run that has started. */
export interface Begun {
  state: 'fetch' | 'stored' | 'quota' | 'crashed';
  /** The fencing token. */
  run: number;
  attempt: number;
  round: number;
  now: number;
  /** Set if the file is already stored. */
  known?: SharedContent;
}

export type Beginning =
  | Begun
  | { state: 'over'; outcome: string }
  | { state: 'recorded'; recorded: Recorded }
  | { state: 'forgotten' }
  | { state: 'wait'; why: PutOffCause; ms: number };

/** Requests that may run now, because this one released what they were waiting for. */
interface WithNext {
  next: string[];
}

export type Recording =
  | ({ state: 'recorded'; album: string; batch: number } & WithNext)
  | ({ state: 'forgotten' } & WithNext)
  | { state: 'again' }
  | { state: 'lost' };

/** Returns the number of the user's other open requests; undefined when the request has ended. */
export const addScript = defineScript(
  lua('add'),
  (reply) => ((reply as number) < 0 ? undefined : (reply as number)),
  [names],
);

export const beginScript = defineScript(
  lua('begin'),
  (reply): Beginning => {
    const [state = '', ...rest] = texts(reply);
    switch (state) {
      case 'over':
        return { state, outcome: rest[0] ?? '' };
      case 'forgotten':
        return { state };
      case 'wait':
        return { state, why: rest[0] as PutOffCause, ms: Number(rest[1]) };
      case 'recorded': {
        const [json = '', album = '', batch, round, outcome = ''] = rest;
        const result = JSON.parse(json) as Result;
        const recorded = { result, album, batch: Number(batch), round: Number(round), outcome };
        return { state, recorded };
      }
      default: {
        const [run, attempt, round, now] = rest.map(Number) as [number, number, number, number];
        const known = rest[4];
        const begun = { state: state as Begun['state'], run, attempt, round, now };
        return known === undefined
          ? begun
          : { ...begun, known: JSON.parse(known) as SharedContent };
      }
    }
  },
  [names, endRequest, charge],
);

export const renewScript = defineScript(
  lua('renew'),
  (reply) => String(reply) as 'held' | 'lost' | 'forgotten',
  [names, endRequest],
);

export const inspectingScript = defineScript(lua('inspecting'), (reply) => reply === 1, [
  names,
  endRequest,
]);

type Intending =
  | { state: 'lost' }
  | { state: 'forgotten' }
  | { state: 'quota' }
  | { state: 'put'; key: string; now: number };

export const intendScript = defineScript(
  lua('intend'),
  (reply): Intending => {
    const [state, key = '', now] = texts(reply);
    if (state === 'put') return { state, key, now: Number(now) };
    return { state: state === 'quota' || state === 'forgotten' ? state : 'lost' };
  },
  [names, endRequest, charge],
);

export const announceDerivedScript = defineScript(
  lua('announce-derived'),
  (reply) => {
    const [state, key = '', now] = texts(reply);
    return state === 'put' ? { key, now: Number(now) } : undefined;
  },
  [names],
);

export const recordDerivedScript = defineScript(lua('record-derived'), (reply) => reply === 1, [
  names,
  dropFile,
]);

export const recordScript = defineScript(lua('record'), parseRecording, [names, endRequest]);
export const refuseScript = defineScript(lua('refuse'), parseRecording, [
  names,
  endRequest,
  charge,
]);

export const putOffScript = defineScript(
  lua('put-off'),
  (reply): { state: 'lost' } | ({ state: 'off'; fails: number } & WithNext) => {
    const [state, fails, ...next] = texts(reply);
    return state === 'off' ? { state, fails: Number(fails), next } : { state: 'lost' };
  },
  [names, endRequest],
);

export const finishScript: Script<void> = defineScript(lua('finish'), () => undefined, [
  names,
  endRequest,
]);

export const closeAlbumScript = defineScript(
  lua('close-album'),
  (reply): { state: 'wait'; ms: number } | { state: 'closed'; results: Result[] } => {
    const [state, ...rest] = texts(reply);
    if (state === 'wait') return { state, ms: Number(rest[0]) };
    return { state: 'closed', results: rest.map((json) => JSON.parse(json) as Result) };
  },
  [names],
);

export const finishAlbumScript: Script<void> = defineScript(lua('finish-album'), () => undefined, [
  names,
  endRequest,
]);

export const forgetScript = defineScript(
  lua('forget'),
  (reply) => {
    const [more, count, newly, putting, jobs] = reply as [number, number, number, number, Buffer[]];
    return { more: more === 1, count, newly, putting, jobs: jobs.map(String) };
  },
  [names, endRequest, dropFile],
);

export const expireScript = defineScript(lua('expire'), (reply) => reply as number, [
  names,
  dropFile,
]);
export const orphansScript = defineScript(lua('orphans'), texts, [names]);

export const collectOrphanScript = defineScript(
  lua('collect-orphan'),
  (reply) => (['kept', 'orphaned', 'later'] as const)[reply as 0 | 1 | 2],
  [names],
);

export const reopenScript = defineScript(lua('reopen'), (reply) => (reply as number) === 1, [
  names,
]);

/** In milliseconds; undefined when no request is open. */
export const ageScript = defineScript(
  lua('age'),
  (reply) => ((reply as number) < 0 ? undefined : (reply as number)),
  [names],
);

function parseRecording(reply: unknown): Recording {
  const [state, ...rest] = texts(reply);
  if (state === 'recorded') {
    const [album = '', batch, ...next] = rest;
    return { state, album, batch: Number(batch), next };
  }
  if (state === 'forgotten') return { state, next: rest };
  return { state: state === 'again' ? state : 'lost' };
}

/** The parts of a reply: bulk strings arrive as Buffers, numbers as numbers. */
function texts(reply: unknown): string[] {
  return (reply as (Buffer | number)[]).map(String);
}
