import { buriedWithoutCause } from './buried.js';
import { excerptOf } from './excerpt.js';
import type { KnownUpdate, Violation } from './history.js';
import type { LaneRule, LaneView } from './lane-view.js';

/**
 * Invariant 3. An update that was answered 200 is in the session with its message sent, is in the dead letters, or was
 * cancelled by its own user. Only poison updates, and updates whose every attempt was disturbed, are in the dead letters.
 */
export const neverLost: LaneRule = (view, history) => {
  const violations: Violation[] = [];
  const dead = new Set(view.dead.map(({ update }) => update));
  const sent = new Set(history.sends.filter(({ ok }) => ok).map(({ turn }) => turn));
  for (const { turn } of history.answers) sent.add(turn);
  const report = (what: string, update: number): void => {
    const excerpt = excerptOf(history, view, [update]);
    violations.push({ invariant: 3, lane: view.lane, what, excerpt });
  };
  for (const each of view.updates) {
    const { update, pushedAt, doomed } = each;
    const isKept = view.committed.has(update) || dead.has(update) || isCancelled(each, view);
    if (pushedAt !== undefined && !isKept) {
      report(`update ${update} was answered 200 and is lost`, update);
    }
    if (doomed && view.committed.has(update)) {
      report(`update ${update}, which no worker can handle, was committed`, update);
    }
  }
  const doomed = new Set(view.updates.filter((each) => each.doomed).map(({ update }) => update));
  for (const letter of view.dead.filter(({ update }) => !doomed.has(update))) {
    const wrong = buriedWithoutCause(history, view, letter);
    if (wrong !== undefined) report(`update ${letter.update} was buried ${wrong}`, letter.update);
  }
  for (const { update, turn } of view.session.entries) {
    if (!sent.has(turn)) report(`update ${update} was committed, its message not sent`, update);
  }
  return violations;
};

/** Whether the same user sent `/cancel` after it, which stops the turn if it is still running. */
function isCancelled({ update, user }: KnownUpdate, { updates, turns }: LaneView): boolean {
  return (
    user !== undefined &&
    turns.some((turn) => turn.update === update) &&
    updates.some(
      (other) => other.user === user && other.update > update && other.text === '/cancel',
    )
  );
}
