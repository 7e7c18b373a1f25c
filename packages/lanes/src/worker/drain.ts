import { lifeMs } from '@chatlane/contracts';
import { mayMigrate, migrateFirst } from '../migration/migration-turn.js';
import type { OpenedLane } from '../scripts.js';
import type { TurnWatch } from '../turn/turn.js';
import { beginTurn } from './begin-turn.js';
import { endTurn } from './end-turn.js';
import { commit } from './endings/commit.js';
import type { Ended } from './endings/ended.js';
import { giveUp } from './endings/give-up.js';
import { handBack } from './endings/hand-back.js';
import { firstHead, nextHead, openStaging, readSession, reportOf, type Head } from './head.js';
import type { HeldLane } from './held-lane.js';

/**
 * Handles the events of a lane one after another: handles the head, commits it, takes the next, until the mailbox is
 * empty, the lane is lost, a turn fails, it is time to yield, or the worker stops.
 */
export async function drain(held: HeldLane, opened: OpenedLane): Promise<void> {
  const { holder, lease, slot } = held;
  const { observer } = holder;
  const watch: TurnWatch = {
    ...holder.turns,
    stuck(turn) {
      slot.stuck();
      holder.turns.stuck(turn);
    },
  };

  let head: Head | undefined = firstHead(held, opened);
  while (head) {
    // After a late reply or a pause of this process, another worker may have the lane.
    if (!lease.isHeld() || !holder.gate.isOpen()) {
      await handBack(held);
      return;
    }
    const { envelope, attempts, deaths, effects } = head;
    const startedAt = performance.now();
    const waitedMs = held.redisTime(startedAt) - envelope.arrivedAt;
    // A death of a worker that held other lanes too is not charged to any of them.
    const charged = attempts - deaths;
    const isDead = charged > holder.failurePolicy.maxAttempts;
    let migrated: Ended | undefined;
    if (!isDead && mayMigrate(lease.lane, envelope)) {
      migrated = await migrateFirst(held, envelope);
      if (!migrated) head.session = await readSession(held, head);
    }
    const staged = openStaging(held, head);
    held.handled += 1;

    let ended: Ended;
    if (migrated) {
      ended = migrated;
    } else if (isDead) {
      // A trial continues with the event after one that kills workers.
      const mode = held.openedAt.isTrial ? 'continue' : held.mode();
      ended = await giveUp(held, head, new WorkerLost(charged - 1), mode);
    } else if (waitedMs > (lifeMs(envelope.kind) ?? Infinity)) {
      ended = await commit(held, head, 'expired', undefined, held.mode());
    } else {
      observer?.turnStarted?.(envelope.kind, waitedMs, attempts);
      const turn = await beginTurn(held, head, staged, waitedMs, watch);
      slot.release();
      const { diverged } = effects;
      if (turn.end === 'returned' && diverged > 0) {
        observer?.diverged?.(reportOf(held, head, startedAt), diverged);
      }
      ended = await endTurn(held, head, turn, staged, held.mode());
    }
    observer?.turnEnded?.(reportOf(held, head, startedAt), ended.outcome, ended.error);
    head = nextHead(held, head, ended.settled, staged.sessions);
    const again = head && slot.reacquire();
    if (again === false || (again instanceof Promise && !(await again))) {
      await handBack(held);
      return;
    }
  }
}

/**
 * In every attempt, the worker died, froze or was restarted because of a stuck handler, while it handled nothing else.
 */
class WorkerLost extends Error {
  override name = 'WorkerLost';
  constructor(attempts: number) {
    super(
      `The worker died, froze or was restarted in each of ${attempts} attempts, while it handled nothing else.`,
    );
  }
}
