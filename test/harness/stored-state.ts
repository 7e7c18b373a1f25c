import { openDeployment } from '@chatlane/lanes';
import type { Redis } from '@chatlane/redis';
import type { History, LaneSession } from '../chaos/checker/history.js';

/** The final state in Redis, read without a proxy. */
export type StoredState = Pick<History, 'sessions' | 'dead' | 'leftovers'>;

const SESSION = /:session:(.*):[^:]*$/;
const MAIL_OR_LANE = /^\{[^}]*\}:(mail|lane):(.*)$/;
const STATES = ['waking', 'held', 'resting', 'paused', 'oldest'];

export async function readStored(redis: Redis, name: string): Promise<StoredState> {
  const masters = 'nodes' in redis ? redis.nodes('master') : [redis];
  const found = await Promise.all(masters.map((each) => each.keys(`{${name}:*}:*`)));
  const keys = found.flat();
  const sessions: LaneSession[] = [];
  const leftovers: { lane: string; state: string }[] = [];
  for (const key of keys) {
    const session = SESSION.exec(key);
    if (session) sessions.push(readSession(session[1]!, (await redis.get(key)) ?? '{}'));
    const left = MAIL_OR_LANE.exec(key);
    if (left) leftovers.push({ lane: left[2]!, state: `its ${left[1]} key` });
    const state = STATES.find((each) => key.endsWith(`}:${each}`));
    if (state === undefined) continue;
    for (const lane of await redis.zrange(key, '0', '-1')) leftovers.push({ lane, state });
  }
  return { sessions, leftovers, dead: await readDead(redis, name) };
}

function readSession(lane: string, json: string): LaneSession {
  const stored = JSON.parse(json) as { turns?: string[]; count?: number; half?: string[] };
  const entries = (stored.turns ?? []).map((entry) => {
    const [update, turn] = entry.split('@');
    return { update: Number(update), turn: turn ?? '' };
  });
  return { lane, entries, count: stored.count ?? 0, half: stored.half ?? [] };
}

async function readDead(redis: Redis, name: string): Promise<History['dead']> {
  const deployment = openDeployment({ redis, name });
  try {
    const letters = await deployment.operator.deadLetters.list(100_000);
    return letters.map(({ id, lane, attempts, error }) => ({
      update: Number(id),
      lane,
      attempts,
      error: `${error.name}: ${error.message}`,
    }));
  } finally {
    await deployment.close();
  }
}
