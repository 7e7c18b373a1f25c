import { answersOf, repeatsOf, type Repeat, type SentAnswer } from './answers.js';
import { excerptOf } from './excerpt.js';
import type { History, Violation } from './history.js';
import type { LaneRule } from './lane-rule.js';
import { takenBack } from './taken-back.js';

/**
 * Invariant 8. The answers of a committed update have arrived, in order, and none of them again once a turn had read
 * that it was sent. One whose outcome is unknown may be repeated: its answer was lost, or its worker died meanwhile.
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
      report(`answer ${number} of update ${update} was sent again, though it was known`, [update]);
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
    if (takenBack(history, firstAt(answer), firstAt(before))) continue;
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

/** From the moment a result is read until Redis has it. */
const RECORD_MS = 500;

/** A process that is about to be stopped, or gets no time to run, may need this long to send what it has read. */
const STARVED_MS = 50;

/**
 * What was read is recorded in Redis: a trouble of Redis, or of the way to it, may have kept it from getting there. The
 * death of a process is none: it had written all that it had read. It is the one trouble that never ends.
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
  return struck || takenBack(history, knownSince, delivery.from);
}

function deliveredIn(updates: readonly number[], { delivered }: History): History['delivered'] {
  const wanted = new Set(updates);
  return delivered.filter(({ update }) => wanted.has(update));
}
