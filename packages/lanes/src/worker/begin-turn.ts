import type { LaneEvent } from '@chatlane/contracts';
import type { Envelope } from '../envelope.js';
import { decide } from '../turn/failure-decision.js';
import { runTurn } from '../turn/run-turn.js';
import type { TurnEnd, TurnWatch } from '../turn/turn.js';
import type { Head, Staged } from './head.js';
import type { HeldLane } from './held-lane.js';

/** Runs the handler on the head. */
export function beginTurn(
  { holder, lease }: HeldLane,
  head: Head,
  { sessions, outbox }: Staged,
  waitedMs: number,
  watch: TurnWatch,
): Promise<TurnEnd> {
  const { failurePolicy, gate } = holder;
  const { envelope, attempts, deaths } = head;
  return runTurn(
    holder.handle,
    {
      lane: lease.lane,
      event: toEvent(envelope),
      attempt: attempts,
      isRepeat: head.begun || attempts > 1,
      lastAttempt: attempts - deaths === failurePolicy.maxAttempts,
      waitedMs,
      fate: {
        isGivenUpAfter: (error) =>
          decide(failurePolicy, head, error, gate.isOpen()).next === 'give-up',
        get isUserNotified() {
          return head.notified;
        },
        userNotified: () => void (head.notified = true),
      },
      sessionKey: sessions.own?.key,
      sessions,
      outbox,
      journal: head.effects,
    },
    lease,
    holder.settings,
    watch,
  );
}

function toEvent(envelope: Envelope): LaneEvent {
  const body: unknown = JSON.parse(envelope.raw.toString());
  return /^-?\d+$/.test(envelope.id)
    ? {
        type: 'update',
        updateId: Number(envelope.id),
        kind: envelope.kind,
        update: body as Record<string, unknown> & { update_id: number },
      }
    : { type: 'internal', id: envelope.id.slice(2), kind: envelope.kind, payload: body };
}
