import { defineBatchScript, defineScript } from '@chatlane/redis';
import { decodeEnvelope, type Envelope } from './envelope.js';

const lua = (operation: string): URL => new URL(`../lua/${operation}.lua`, import.meta.url);

/** The state of the lane after a commit or burial. */
export type Settled =
  | { state: 'fenced' }
  | { state: 'idle' }
  | { state: 'yielded'; at: number }
  | { state: 'paused' }
  | { state: 'next'; envelope: Envelope; session: string | undefined }
  /** The next event has the same session, which the holder has just committed. */
  | { state: 'next-same-session'; envelope: Envelope };

/** A lane as its new holder receives it: the head, the attempts at it, and the JSON of its session. */
export interface OpenedLane {
  lane: string;
  attempts: number;
  /** How many of the attempts ended with the death of a worker that held other lanes too. */
  deaths: number;
  /** Milliseconds for which the lane has rested because of `put-off` and `wait` failures. */
  putOffMs: number;
  /** The user has been notified of a failure of the head. */
  notified: boolean;
  envelope: Envelope;
  session: string | undefined;
  /** The effects that earlier attempts at the head have recorded. */
  journal: string | undefined;
  /** The head was begun before, in attempts that were not counted. */
  begun: boolean;
}

/** The state of a lane after its holder or an operator has released it; `at`: when to wake it. */
export type Release = { state: 'fenced' } | { state: 'released'; at: number } | { state: 'paused' };

export const pushScript = defineBatchScript(
  lua('push'),
  (reply) => {
    const [status, at] = reply as [number, number | Buffer];
    if (typeof at !== 'number') return { movedTo: at.toString() };
    const result = (['stored', 'stored', 'duplicate', 'duplicate', 'refused'] as const)[status];
    // The update is acknowledged because of this reply, so an unknown status must not count as success.
    if (result === undefined) throw new Error('Redis answered a push with an unknown status.');
    return { result, wake: status === 1 || status === 3, at };
  },
  [lua('can-migrate'), lua('put-in-order'), lua('wake-stranded')],
);

/** Wakes those of the given lanes that have mail but are in no state. */
export const rescueScript = defineScript(
  lua('rescue'),
  (reply) => {
    const [now, woken] = reply as [number, unknown];
    return { now, woken: names(woken) };
  },
  [lua('can-migrate'), lua('wake-stranded')],
);

/** The memory usage of one node in bytes. On a cluster, the keys route the call to the node. */
export const memoryScript = defineScript(lua('memory'), (reply) => {
  const [used, maximum] = reply as [number, number];
  return { used, maximum };
});

export const openScript = defineScript(
  lua('open'),
  (reply) => {
    const [now, ...lanes] = reply as [number, ...OpenedReply[]];
    return {
      now,
      opened: lanes.map(
        ([
          lane,
          attempts,
          head,
          session,
          deaths,
          putOffMs,
          notified,
          journal,
          begun,
        ]): OpenedLane => ({
          lane: lane.toString(),
          attempts,
          deaths,
          putOffMs,
          notified: notified === 1,
          envelope: decodeEnvelope(head),
          session: session?.toString(),
          journal: journal?.toString(),
          begun: begun === 1,
        }),
      ),
    };
  },
  [lua('can-migrate')],
);
type OpenedReply = [
  lane: Buffer,
  attempts: number,
  head: Buffer,
  session: Buffer | null,
  deaths: number,
  putOffMs: number,
  notified: number,
  journal: Buffer | null,
  begun: number,
];

/** Counts of one partition. */
export const statsScript = defineBatchScript(lua('stats'), (reply) => {
  const [waking, held, resting, paused, deadLetters, droppedLetters, oldestEventMs, ...outbox] =
    reply as [...Tuple7, number, unknown, number];
  const [outboxEntries, first, now] = outbox;
  return {
    ...{ waking, held, resting, paused, deadLetters, droppedLetters, oldestEventMs },
    outboxEntries,
    firstEntries: names(first),
    now,
  };
});
type Tuple7 = [number, number, number, number, number, number, number];

export const commitScript = defineBatchScript(lua('commit'), parseSettled, [
  lua('advance'),
  lua('can-migrate'),
]);
export const buryScript = defineScript(lua('bury'), parseSettled, [lua('advance')]);
export const failScript = defineScript(lua('fail'), parseRelease);
export const handBackScript = defineScript(lua('hand-back'), parseRelease);
export const releaseScript = defineScript(lua('release'), parseRelease);

export const renewScript = defineScript(lua('renew'), (reply) => names(reply));

export const claimSweepScript = defineScript(lua('claim-sweep'), (reply) => {
  const [ours, sweep] = reply as [number, number];
  return { isOurs: ours === 1, sweep };
});

export const sweepScript = defineBatchScript(lua('sweep'), (reply) => {
  const [now, setBackMs, ...found] = reply as [number, number, ...unknown[]];
  const [expired, rested, lost, suspects, guilty, outbox, moving] = found;
  return {
    now,
    setBackMs,
    expired: names(expired),
    rested: names(rested),
    lost: names(lost),
    suspects: (suspects as [Buffer, number][]).map(([lane, deaths]) => ({
      lane: lane.toString(),
      deaths,
    })),
    guilty: names(guilty),
    outbox: names(outbox),
    moving: names(moving),
  };
});

function parseSettled(reply: unknown): Settled {
  const [status, second, third] = reply as [number, unknown?, (Buffer | null)?];
  switch (status) {
    case 0:
      return { state: 'fenced' };
    case 1:
      return { state: 'idle' };
    case 2:
      return { state: 'yielded', at: second as number };
    case 3:
      return { state: 'paused' };
    case 4:
      return {
        state: 'next',
        envelope: decodeEnvelope(second as Buffer),
        session: third?.toString(),
      };
    default:
      return { state: 'next-same-session', envelope: decodeEnvelope(second as Buffer) };
  }
}

function parseRelease(reply: unknown): Release {
  const [status, at] = reply as [number, number?];
  if (status === 0) return { state: 'fenced' };
  return status === 1 ? { state: 'released', at: at ?? 0 } : { state: 'paused' };
}

function names(reply: unknown): string[] {
  return (reply as Buffer[]).map((name) => name.toString());
}
