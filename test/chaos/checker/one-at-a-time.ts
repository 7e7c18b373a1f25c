import { excerptOf } from './excerpt.js';
import type { History, Turn, Violation } from './history.js';
import type { LaneRule, LaneView } from './lane-view.js';
import { rolledBack } from './rolled-back.js';

/**
 * Invariant 1. If two turns of a lane overlap, the older one has lost the lane because its worker froze, was cut off or
 * died. It may neither commit nor start to send once the newer one runs.
 */
export const oneAtATime: LaneRule = (view, history) => {
  const violations: Violation[] = [];
  const arrived = new Set(history.sends.map(({ turn }) => turn));
  const report = (what: string, older: Turn, newer: Turn): void => {
    reported.add(older);
    const excerpt = excerptOf(history, view, [older.update, newer.update]);
    violations.push({ invariant: 1, lane: view.lane, what, excerpt });
  };
  const reported = new Set<Turn>();
  for (const [one, other] of overlaps(view.turns)) {
    const aged = byAge(one, other, view);
    // A master that is being replaced may still hand out the next update; the failover rolls that back.
    const stale = aged[1] === one && one.update !== other.update;
    const [older, newer] =
      stale && rolledBack(history, one.startedAt, other.startedAt) ? [one, other] : aged;
    if (reported.has(older)) continue;
    if (view.committedTurns.has(older.id)) {
      report(`turn ${older.id} was committed though turn ${newer.id} had the lane`, older, newer);
    } else if (
      older.sendingAt !== undefined &&
      older.sendingAt > newer.startedAt &&
      arrived.has(older.id)
    ) {
      report(`turn ${older.id} sent after turn ${newer.id} had the lane`, older, newer);
    } else if (!excused(history, older, newer)) {
      report(`turns ${older.id} and ${newer.id} overlap without a cause`, older, newer);
    }
  }
  return violations;
};

function* overlaps(turns: readonly Turn[]): Generator<[Turn, Turn]> {
  let open: Turn[] = [];
  for (const turn of turns) {
    open = open.filter(({ endedAt, threwAt }) => (endedAt ?? threwAt ?? Infinity) > turn.startedAt);
    for (const earlier of open) yield [earlier, turn];
    open.push(turn);
  }
}

/**
 * Orders two turns by when the lane was opened for them: by the commits of their updates, then by attempt, then by time.
 * A worker that was frozen may start its turn long after others continued in the lane.
 */
function byAge(one: Turn, other: Turn, view: LaneView): [older: Turn, newer: Turn] {
  const difference =
    one.update === other.update
      ? one.attempt - other.attempt
      : placeOf(one.update, view) - placeOf(other.update, view);
  return difference > 0 ? [other, one] : [one, other];
}

function placeOf(id: number, { session, turns }: LaneView): number {
  const place = session.entries.findIndex(({ update }) => update === id);
  if (place >= 0) return place;
  // A buried update: its turns started after everything before it had been committed.
  const began = turns.find(({ update }) => update === id)?.startedAt ?? -Infinity;
  const ends = new Map(turns.map((turn) => [turn.id, turn.endedAt ?? Infinity]));
  return session.entries.filter(({ turn }) => (ends.get(turn) ?? Infinity) <= began).length - 0.5;
}

/** A handler that exceeds its time limit does not excuse an overlap, because its lane waits until it has ended. */
function excused(history: History, older: Turn, newer: Turn): boolean {
  const until = Math.max(older.startedAt, newer.startedAt);
  return history.troubles.some(
    ({ from, to, pid }) =>
      from <= until && to >= older.startedAt && (pid === undefined || pid === older.pid),
  );
}
