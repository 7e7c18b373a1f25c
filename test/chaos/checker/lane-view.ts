import type { History, KnownUpdate, LaneSession, Turn, Violation } from './history.js';

/** The history of one lane. */
export interface LaneView {
  lane: string;
  updates: readonly KnownUpdate[];
  /** Ordered by start. */
  turns: readonly Turn[];
  session: LaneSession;
  /** Updates in the session. */
  committed: ReadonlySet<number>;
  /** Turns whose work is in the session. */
  committedTurns: ReadonlySet<string>;
  dead: History['dead'];
}

export function laneViews(history: History): LaneView[] {
  const updates = groupByLane(history.updates);
  const turns = groupByLane(history.turns);
  const dead = groupByLane(history.dead);
  const sessions = new Map(history.sessions.map((session) => [session.lane, session]));
  const lanes = new Set([...updates.keys(), ...turns.keys(), ...dead.keys(), ...sessions.keys()]);
  return [...lanes].map((lane) => {
    const session = sessions.get(lane) ?? { lane, entries: [], count: 0, half: [] };
    return {
      lane,
      updates: updates.get(lane) ?? [],
      turns: (turns.get(lane) ?? []).sort((a, b) => a.startedAt - b.startedAt),
      session,
      committed: new Set(session.entries.map(({ update }) => update)),
      committedTurns: new Set(session.entries.map(({ turn }) => turn)),
      dead: dead.get(lane) ?? [],
    };
  });
}

function groupByLane<T extends { lane: string }>(records: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const record of records) {
    const group = groups.get(record.lane);
    if (group) group.push(record);
    else groups.set(record.lane, [record]);
  }
  return groups;
}

/** Checks one lane against an invariant. */
export type LaneRule = (view: LaneView, history: History) => Violation[];
