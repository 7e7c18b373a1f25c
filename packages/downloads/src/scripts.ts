import { defineScript, type Script } from '@chatlane/redis';
import type { PutOffCause } from './observer.js';

const lua = (operation: string): URL => new URL(`../lua/${operation}.lua`, import.meta.url);
const names = lua('names');
const over = lua('over');
const charge = lua('charge');
const letGo = lua('let-go');

/** How long a request is remembered once it is told: longer than a lane remembers its event. */
export const REMEMBER_MS = 3 * 86_400_000;

/** A request that has its result. */
export interface Recorded {
  result: string;
  /** Empty: it is no part of an album. */
  album: string;
  batch: number;
  /** 0, or when an operator had it tried again. */
  round: number;
  outcome: string;
}

/** A run in hand. */
export interface Begun {
  state: 'fetch' | 'stored' | 'quota' | 'crashed';
  /** The fence. */
  run: number;
  attempt: number;
  round: number;
  now: number;
  /** JSON of what all holders share, if it is stored already. */
  known?: string;
}

export type Beginning =
  | Begun
  | { state: 'over'; outcome: string }
  | { state: 'recorded'; recorded: Recorded }
  | { state: 'forgotten' }
  | { state: 'wait'; why: PutOffCause; ms: number };

/** Requests that may go on now, because this one let go of what they wait for. */
interface WithNext {
  next: string[];
}

export type Recording =
  | ({ state: 'recorded'; album: string; batch: number } & WithNext)
  | ({ state: 'forgotten' } & WithNext)
  | { state: 'again' }
  | { state: 'lost' };

/** Other open requests of the user; undefined: the request is over. */
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
        const [result = '', album = '', batch, round, outcome = ''] = rest;
        const recorded = { result, album, batch: Number(batch), round: Number(round), outcome };
        return { state, recorded };
      }
      default: {
        const [run, attempt, round, now] = rest.map(Number) as [number, number, number, number];
        const known = rest[4];
        const begun = { state: state as Begun['state'], run, attempt, round, now };
        return known === undefined ? begun : { ...begun, known };
      }
    }
  },
  [names, over, charge],
);

export const renewScript = defineScript(
  lua('renew'),
  (reply) => String(reply) as 'held' | 'lost' | 'forgotten',
  [names, over],
);

export const inspectingScript = defineScript(lua('inspecting'), (reply) => reply === 1, [
  names,
  over,
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
  [names, over, charge],
);

export const announceScript = defineScript(
  lua('announce'),
  (reply) => {
    const [state, key = '', now] = texts(reply);
    return state === 'put' ? { key, now: Number(now) } : undefined;
  },
  [names],
);

export const recordMadeScript = defineScript(lua('record-made'), (reply) => reply === 1, [
  names,
  letGo,
]);

export const recordScript = defineScript(lua('record'), parseRecording, [names, over]);
export const refuseScript = defineScript(lua('refuse'), parseRecording, [names, over, charge]);

export const putOffScript = defineScript(
  lua('put-off'),
  (reply): { state: 'lost' } | ({ state: 'off'; fails: number } & WithNext) => {
    const [state, fails, ...next] = texts(reply);
    return state === 'off' ? { state, fails: Number(fails), next } : { state: 'lost' };
  },
  [names, over],
);

export const toldScript: Script<void> = defineScript(lua('told'), () => undefined, [names, over]);

export const closeAlbumScript = defineScript(
  lua('close-album'),
  (reply): { state: 'wait'; ms: number } | { state: 'closed'; results: string[] } => {
    const [state, ...rest] = texts(reply);
    return state === 'wait' ? { state, ms: Number(rest[0]) } : { state: 'closed', results: rest };
  },
  [names],
);

export const albumToldScript: Script<void> = defineScript(lua('album-told'), () => undefined, [
  names,
  over,
]);

export const forgetScript = defineScript(
  lua('forget'),
  (reply) => {
    const [more, count, newly, putting, jobs] = reply as [number, number, number, number, Buffer[]];
    return { more: more === 1, count, newly, putting, jobs: jobs.map(String) };
  },
  [names, over, letGo],
);

export const expireScript = defineScript(lua('expire'), (reply) => reply as number, [names, letGo]);
export const doomedScript = defineScript(lua('doomed'), texts, [names]);

export const condemnScript = defineScript(
  lua('condemn'),
  (reply) => (['kept', 'condemned', 'later'] as const)[reply as 0 | 1 | 2],
  [names],
);

export const reopenScript = defineScript(lua('reopen'), (reply) => (reply as number) === 1, [
  names,
]);

/** Milliseconds; undefined: nothing is open. */
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

/** A reply's parts: bulk strings arrive as Buffers, numbers as numbers. */
function texts(reply: unknown): string[] {
  return (reply as (Buffer | number)[]).map(String);
}
