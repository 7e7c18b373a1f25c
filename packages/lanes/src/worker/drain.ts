import { lifeMs, sessionKey, type LaneEvent } from '@chatlane/contracts';
import type { Redis } from '@chatlane/redis';
import type { Envelope } from '../envelope.js';
import { TurnEffects } from '../turn/effect-journal.js';
import { endTurn } from './end-turn.js';
import { decide } from '../turn/failure-decision.js';
import type { Lease } from './lease.js';
import { mayMigrate, migrateFirst } from '../migration/migration-turn.js';
import type { Migrations } from '../migration/migrations.js';
import type { TurnReport } from '../observer.js';
import type { OpenedLane, Settled } from '../scripts.js';
import { type Ended, type Head, Settlement, type SettlementContext } from './settlement.js';
import { StagedOutbox } from '../turn/outbox.js';
import type { TurnSlot } from './turn-slots.js';
import { StagedSessions } from '../turn/staged-sessions.js';
import { runTurn, type HandleTurn, type TurnLimits, type TurnWatch } from '../turn/turn.js';

/** How long a worker keeps a lane, and its sessions. */
export interface DrainSettings extends TurnLimits {
  /** A lane with more mail is given back after this many events, so that other lanes get their turn. */
  yieldAfterEvents: number;
  /** It is also given back after this many milliseconds. */
  yieldAfterMs: number;
  /** Seconds that a session lives after its last write; 0: for ever. */
  sessionTtlSeconds: number;
}

/** What a drain needs from its worker. */
export interface DrainContext extends SettlementContext {
  handle: HandleTurn;
  migrations: Migrations;
  settings: DrainSettings;
  turns: TurnWatch;
  isStopping(): boolean;
}

/** As in advance.lua: the score of a held lane in `oldest` is updated only once it is off by this much. */
const OLDEST_LAGS_MS = 1_000;

/** The head with its session and journal. */
interface LoadedHead extends Omit<Head, 'effects'> {
  session: string | undefined;
  /** The effects that earlier attempts have recorded. */
  journal: string | undefined;
  /** The event was begun before, in attempts that were not counted. */
  begun: boolean;
}

/** When and how a lane was opened. */
export interface OpenedAt {
  /** Redis time in milliseconds. */
  redis: number;
  /** `performance.now()` from before the call. */
  local: number;
  /** The lane is a suspect: the drain ends after the first head that does not kill the worker. */
  isTrial: boolean;
}

/**
 * Handles the events of a lane one after another: handles the head, commits it, takes the next, until the mailbox is
 * empty, the lane is lost, a turn fails, it is time to yield, or the worker stops.
 */
export async function drain(
  context: DrainContext,
  lease: Lease,
  slot: TurnSlot,
  opened: OpenedLane,
  openedAt: OpenedAt,
): Promise<void> {
  const { settings, observer } = context;
  const watch: TurnWatch = {
    ...context.turns,
    stuck(turn) {
      slot.stuck();
      context.turns.stuck(turn);
    },
  };
  const settle = new Settlement(context, lease);
  const started = performance.now();
  let next: LoadedHead | undefined = { ...opened, last: '', oldestAt: opened.envelope.arrivedAt };
  let handled = 0;
  // Redis's time, extrapolated with the monotonic clock; the wall clock of the process is never used.
  const redisTime = (local: number): number => openedAt.redis + (local - openedAt.local);
  const now = (): number => redisTime(performance.now());
  const effectsOf = ({ envelope, journal }: LoadedHead): TurnEffects =>
    new TurnEffects({
      redis: context.redis,
      key: lease.keys.effects(lease.lane),
      eventId: envelope.id,
      inherited: journal,
      now,
      isHeld: () => lease.isHeld(),
      onTrouble: (error) => observer?.trouble?.('journal', error),
    });
  const spent = (): boolean =>
    context.isStopping() ||
    !context.gate.isOpen() ||
    openedAt.isTrial ||
    handled >= settings.yieldAfterEvents ||
    performance.now() - started >= settings.yieldAfterMs;

  while (next) {
    const head = { ...next, effects: effectsOf(next) };
    // After a late reply or a pause of this process, another worker may have the lane.
    if (!lease.isHeld() || !context.gate.isOpen()) {
      await settle.handBack();
      return;
    }
    const { envelope, attempts, effects } = head;
    const turnStarted = performance.now();
    const waitedMs = redisTime(turnStarted) - envelope.arrivedAt;
    // A death of a worker that held other lanes too is not charged to any of them.
    const charged = attempts - head.deaths;
    const dead = charged > context.failurePolicy.maxAttempts;
    let migrated: Ended | undefined;
    if (!dead && mayMigrate(lease.lane, envelope)) {
      migrated = await migrateFirst(context.migrations, settle, lease, envelope);
      if (!migrated) head.session = await readSession(context.redis, lease, envelope);
    }
    const own =
      envelope.sessionUser === undefined
        ? undefined
        : { key: sessionKey(lease.lane, envelope.sessionUser), json: head.session };
    const sessions = new StagedSessions(
      context.redis,
      lease.keys,
      lease.lane,
      settings.sessionTtlSeconds,
      own,
    );
    const outbox = new StagedOutbox(lease.lane, envelope.id, now, context.outbox.isOpen);
    handled += 1;

    let ended: Ended;
    if (migrated) {
      ended = migrated;
    } else if (dead) {
      // A trial goes on with the event after one that kills workers.
      ended = await settle.giveUp(head, new WorkerLost(charged - 1), !openedAt.isTrial && spent());
    } else if (waitedMs > (lifeMs(envelope.kind) ?? Infinity)) {
      ended = await settle.commit(head, 'expired', undefined, spent());
    } else {
      observer?.turnStarted?.(envelope.kind, waitedMs);
      const end = await runTurn(
        context.handle,
        {
          lane: lease.lane,
          event: toEvent(envelope),
          attempt: attempts,
          isRepeat: head.begun || attempts > 1,
          lastAttempt: charged === context.failurePolicy.maxAttempts,
          waitedMs,
          fate: {
            isGivenUpAfter: (error) =>
              decide(context.failurePolicy, head, error, context.gate.isOpen()).next === 'give-up',
            get isUserNotified() {
              return head.notified;
            },
            userNotified: () => void (head.notified = true),
          },
          sessionKey: own?.key,
          sessions,
          outbox,
          journal: effects,
        },
        lease,
        settings,
        watch,
      );
      slot.release();
      const { diverged } = effects;
      if (end.end === 'returned' && diverged > 0) {
        observer?.diverged?.(report(lease.lane, head, performance.now() - turnStarted), diverged);
      }
      ended = await endTurn(settle, head, end, { sessions, outbox }, spent());
    }
    observer?.turnEnded?.(
      report(lease.lane, head, performance.now() - turnStarted),
      ended.outcome,
      ended.error,
    );
    next = nextHead(head, ended.settled, sessions);
    const again = next && slot.reacquire();
    if (again === false || (again instanceof Promise && !(await again))) {
      await settle.handBack();
      return;
    }
  }
}

async function readSession(
  redis: Redis,
  { lane, keys }: Lease,
  { sessionUser }: Envelope,
): Promise<string | undefined> {
  if (sessionUser === undefined) return undefined;
  return (await redis.get(keys.session(sessionKey(lane, sessionUser)))) ?? undefined;
}

function nextHead(
  head: Head,
  settled: Settled | undefined,
  sessions: StagedSessions,
): LoadedHead | undefined {
  if (settled?.state !== 'next' && settled?.state !== 'next-same-session') return undefined;
  const { envelope } = settled;
  const moved = Math.abs(envelope.arrivedAt - head.oldestAt) >= OLDEST_LAGS_MS;
  return {
    envelope,
    session: settled.state === 'next' ? settled.session : sessions.ownAfterCommit(),
    attempts: 1,
    deaths: 0,
    putOffMs: 0,
    notified: false,
    journal: undefined,
    begun: false,
    last: head.envelope.id,
    oldestAt: moved ? envelope.arrivedAt : head.oldestAt,
  };
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

function report(lane: string, { envelope, attempts }: Head, durationMs: number): TurnReport {
  return { lane, eventId: envelope.id, kind: envelope.kind, attempt: attempts, durationMs };
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
