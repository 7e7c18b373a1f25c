import { readMigration } from '@chatlane/contracts';
import type { Envelope } from '../envelope.js';
import { formerLaneReason } from '../turn/reasons.js';
import { fenced, type Ended } from '../worker/endings/ended.js';
import { handBack } from '../worker/endings/hand-back.js';
import { rest } from '../worker/endings/rest.js';
import type { HeldLane } from '../worker/held-lane.js';

/** How long the new lane rests before it checks again whether the old one is still held. */
const WAIT_MS = 250;

/** A cheap test for the two service messages of a migration, which rules out nearly all events. */
export function mayMigrate(lane: string, { kind, raw }: Envelope): boolean {
  return lane.startsWith('c:-') && kind === 'message' && raw.includes('"migrate_');
}

/**
 * Moves a migrated group's old lane before the bot sees the service message. Undefined: the bot may handle the event
 * now, but its session has to be read again. Otherwise the turn has ended: a turn of the old lane ends because its
 * event continues in the new lane, and a turn of the new lane ends because the old lane is still held.
 */
export async function migrateFirst(held: HeldLane, envelope: Envelope): Promise<Ended | undefined> {
  const { lease } = held;
  const { migrations } = held.holder;
  const migration = readMigration(JSON.parse(envelope.raw.toString()));
  if (lease.lane === migration?.fromLane) {
    const moved = await migrations.move(migration, lease.epoch);
    // Busy although we hold the lane: an operator's pause is pending, or we have lost the lane.
    return moved === 'busy' ? handBack(held) : { outcome: 'moved' };
  }
  if (lease.lane !== migration?.toLane) return undefined;
  if ((await migrations.move(migration)) !== 'busy') return undefined;
  const { outcome } = await rest(held, WAIT_MS, {
    attempt: 'uncounted',
    reason: formerLaneReason,
  });
  return outcome === 'fenced' ? fenced : { outcome: 'waits' };
}
