import { defineScript } from '@chatlane/redis';
import { decodeEnvelope } from '../envelope.js';

const lua = (operation: string): URL => new URL(`../../lua/${operation}.lua`, import.meta.url);

/** What one step of a move carries. */
export interface Cargo {
  to: string;
  sessions: { user: Buffer; lifeMs: number; json: Buffer | null }[];
  events: { id: string; stored: Buffer }[];
  /** What earlier attempts at the first event have left: fields and values of the lane's hash, and the journal. */
  head: { fields: Buffer[]; journal: Buffer | null };
}

export const moveLoadScript = defineScript(lua('move-load'), (reply): 'busy' | 'moved' | Cargo => {
  const [status, to, flat, events, fields, journal] = reply as [
    number,
    Buffer,
    (Buffer | null)[],
    Buffer[],
    Buffer[],
    Buffer | null,
  ];
  if (status !== 2) return status === 0 ? 'busy' : 'moved';
  const sessions: Cargo['sessions'] = [];
  for (let index = 0; index < flat.length; index += 3) {
    const [user, life, json] = flat.slice(index, index + 3);
    sessions.push({ user: user!, lifeMs: Number(life), json: json ?? null });
  }
  return {
    to: to.toString(),
    sessions,
    events: events.map((stored) => ({ id: decodeEnvelope(stored).id, stored })),
    head: { fields, journal },
  };
});

export const moveUnloadScript = defineScript(
  lua('move-unload'),
  (reply) => {
    const [sessions, events, wakeAt] = reply as [number, number, number?];
    return { sessions, events, wakeAt };
  },
  [lua('put-in-order')],
);

export const moveClearScript = defineScript(
  lua('move-clear'),
  (reply) => (['more', 'ended', 'over'] as const)[reply as 0 | 1 | 2],
);
