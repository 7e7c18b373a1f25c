import { readMigration } from '@chatlane/contracts';
import type { Envelope } from '../envelope.js';
import type { Lease } from '../worker/lease.js';
import type { Migrations } from './migrations.js';
import { formerLaneReason } from '../turn/reasons.js';
import type { Ended, Settlement } from '../worker/settlement.js';

/** How long the new lane rests before it checks again whether the old one is still held. */
const WAIT_MS = 250;

/** A cheap test for the two service messages of a migration, which rules out nearly all events. */
export function mayMigrate(lane: string, { kind, raw }: Envelope): boolean {
  return lane.startsWith('c:-') && kind === 'message' && raw.includes('"migrate_');
}

/**
 * Moves a migrated group's old lane before the bot sees the service message. Undefined: the bot may handle the event
 * now, but its session has to be read again. Otherwise the turn has ended: in the old lane because its event goes on in
 * the new one, in the new lane because the old one is still held.
 */
export async function migrateFirst(
  migrations: Migrations,
  settle: Settlement,
  lease: Lease,
  envelope: Envelope,
): Promise<Ended | undefined> {
  const migration = readMigration(JSON.parse(envelope.raw.toString()));
  if (lease.lane === migration?.fromLane) {
    const moved = await migrations.move(migration, lease.epoch);
    // Busy although we hold the lane: an operator's pause is pending, or we have lost the lane.
    return moved === 'busy' ? settle.handBack() : { outcome: 'moved' };
  }
  if (lease.lane !== migration?.toLane) return undefined;
  return (await migrations.move(migration)) === 'busy'
    ? settle.wait(WAIT_MS, formerLaneReason)
    : undefined;
}
