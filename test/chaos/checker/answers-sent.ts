import { answersOf, repeatsOf, type Repeat, type SentAnswer } from './answers.js';
import { excerptOf } from './excerpt.js';
import type { History, Violation } from './history.js';
import type { LaneRule } from './lane-view.js';
import { rolledBack } from './rolled-back.js';

/**
 * Invariant 8. The answers of a committed update arrive in order, and no answer arrives again after a turn has read that it
 * was sent. An answer of unknown outcome may be repeated, because its result was lost or its worker died meanwhile.
 */
export const answersSent: LaneRule = (view, history) => {
  const violations: Violation[] = [];
  const ofLane = new Set(view.turns.map(({ id }) => id));
  const answers = answersOf({
    turns: view.turns,
    answers: history.answers.filter(({ turn }) => ofLane.has(turn)),
    delivered: deliveredIn(
      view.updates.map(({ update }) => update),
      history,
    ),
  });
  const report = (what: string, updates: readonly number[]): void => {
    const excerpt = excerptOf(history, view, updates);
    violations.push({ invariant: 8, lane: view.lane, what, excerpt });
  };
  for (const answer of answers) {
    const { update, number, deliveries } = answer;
    if (deliveries.length === 0 && view.committed.has(update)) {
      report(`answer ${number} of update ${update}, which was committed, never arrived`, [update]);
    }
    for (const repeat of repeatsOf(answer)) {
      if (repeat.knownSince === undefined || isExcused(history, repeat)) continue;
      report(`answer ${number} of update ${update} was sent again, though its outcome was known`, [
        update,
      ]);
    }
  }
  const places = new Map(view.session.entries.map(({ update }, place) => [update, place]));
  const arrived = answers
    .filter(({ update, deliveries }) => places.has(update) && deliveries.length > 0)
    .sort(
      (one, other) =>
        places.get(one.update)! - places.get(other.update)! || one.number - other.number,
    );
  for (const [index, answer] of arrived.slice(1).entries()) {
    const before = arrived[index]!;
    if (firstAt(before) <= firstAt(answer)) continue;
    if (rolledBack(history, firstAt(answer), firstAt(before))) continue;
    report(
      `answer ${answer.number} of update ${answer.update} arrived before answer ${before.number} of update ${before.update}`,
      [before.update, answer.update],
    );
  }
  return violations;
};

function firstAt({ deliveries }: SentAnswer): number {
  return deliveries[0]!.to;
}

/** The time from reading a result until Redis has recorded it. */
const RECORD_MS = 500;

/** A process that is being stopped or gets no CPU may need this long to record a result. */
const STARVED_MS = 50;

/**
 * Results are recorded in Redis, so a fault of Redis or of the connection to it may have prevented that. The death of a
 * process does not excuse a repeat, because the process had already recorded every result it read. A death is the only
 * trouble that never ends.
 */
function isExcused(history: History, { answer, delivery, knownSince = 0 }: Repeat): boolean {
  const reader = answer.tries.find(({ readAt }) => readAt === knownSince);
  const struck = history.troubles.some(
    ({ from, to, pid }) =>
      to < Infinity &&
      from <= knownSince + (pid === undefined ? RECORD_MS : STARVED_MS) &&
      to >= knownSince &&
      (pid === undefined || pid === reader?.pid),
  );
  return struck || rolledBack(history, knownSince, delivery.from);
}

function deliveredIn(updates: readonly number[], { delivered }: History): History['delivered'] {
  const wanted = new Set(updates);
  return delivered.filter(({ update }) => wanted.has(update));
}
