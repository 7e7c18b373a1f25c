import type { History, KnownUpdate, LaneSession, Turn } from './history.js';

/** A lane whose updates 1, 2, 3 were each pushed, handled, sent and committed, one every 100 ms. */
export function soundLane(lane = 'c:1', firstUpdate = 1, process = 10): History {
  const ids = [firstUpdate, firstUpdate + 1, firstUpdate + 2];
  return {
    updates: ids.map((update, index) => known(lane, update, { pushedAt: index * 100 })),
    turns: ids.map((update, index) => turnOf(lane, update, process, index * 100 + 10)),
    sessions: [
      {
        lane,
        entries: ids.map((update) => ({ update, turn: `${process}.${update}` })),
        count: ids.length,
        half: [],
      },
    ],
    sends: ids.map((update) => ({ update, turn: `${process}.${update}`, ok: true })),
    answers: [],
    delivered: [],
    dead: [],
    troubles: [],
    outages: [],
    leftovers: [],
    losesWrites: false,
    maxAttempts: 2,
    turnTimeoutMs: 4_000,
    calmWaitMs: 10_000,
  };
}

export function known(lane: string, update: number, more: Partial<KnownUpdate> = {}): KnownUpdate {
  return { update, lane, doomed: false, calm: true, ...more };
}

/** A turn that starts, sends and ends within 20 ms. */
export function turnOf(
  lane: string,
  update: number,
  pid: number,
  startedAt: number,
  more: Partial<Turn> = {},
): Turn {
  return {
    id: `${pid}.${update}`,
    pid,
    lane,
    update,
    attempt: 1,
    startedAt,
    sendingAt: startedAt + 10,
    endedAt: startedAt + 20,
    ...more,
  };
}

/** The history with its only session changed. */
export function withSession(history: History, change: Partial<LaneSession>): History {
  return { ...history, sessions: [{ ...history.sessions[0]!, ...change }] };
}
