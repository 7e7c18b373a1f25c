import { lifeMs, sessionKey, type LaneEvent } from '@chatlane/contracts';
import type { Redis } from '@chatlane/redis';
import type { Envelope } from './envelope.js';
import { TurnEffects } from './effect-journal.js';
import { endTurn } from './end-turn.js';
import { decide } from './failure-decision.js';
import type { Lease } from './lease.js';
import { mayMigrate, migrateFirst } from './migration-turn.js';
import type { Migrations } from './migrations.js';
import type { TurnReport } from './observer.js';
import type { OpenedLane, Settled } from './scripts.js';
import { type Ended, type Head, Settlement, type SettlementContext } from './settlement.js';
import { StagedOutbox } from './outbox.js';
import type { TurnSlot } from './turn-slots.js';
import { StagedSessions } from './staged-sessions.js';
import { runTurn, type HandleTurn, type TurnLimits, type TurnWatch } from './turn.js';

export interface DrainSettings extends TurnLimits {
  /** Events after which a drain gives its lane back though mail is left. */
  yieldAfterEvents: number;
  /** Milliseconds after which it does. */
  yieldAfterMs: number;
  /** Seconds a session lives after its last write; 0: for ever. */
  sessionTtlSeconds: number;
}

export interface DrainContext extends SettlementContext {
  handle: HandleTurn;
  migrations: Migrations;
  settings: DrainSettings;
  turns: TurnWatch;
  isStopping(): boolean;
}

/** As in advance.lua: a held lane's score in `oldest` is written when it would lag so far behind. */
const OLDEST_LAGS_MS = 1_000;

/** The event in hand, with its session. */
interface Hand extends Omit<Head, 'effects'> {
  session: string | undefined;
  /** What earlier attempts have recorded of their effects. */
  journal: string | undefined;
  /** The event was run before, in attempts that were not counted. */
  begun: boolean;
}

/** When and how a lane was opened. */
export interface OpenedAt {
  /** Redis's clock, in milliseconds. */
  redis: number;
  /** `performance.now()` from before the call. */
  local: number;
  /** The lane is a suspect: the drain ends with the first head that does not kill the worker. */
  isTrial: boolean;
}

/**
 * One holder's run over a lane: handle the head, commit, take the next, until the mailbox is empty,
 * the lane is taken away, a turn fails, the budget is spent, or the worker stops.
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
  let next: Hand | undefined = { ...opened, last: '', oldestAt: opened.envelope.arrivedAt };
  let handled = 0;
  // Redis's clock, carried on by the monotonic one: a process's wall clock is never asked.
  const redisTime = (local: number): number => openedAt.redis + (local - openedAt.local);
  const now = (): number => redisTime(performance.now());
  const effectsOf = ({ envelope, journal }: Hand): TurnEffects =>
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
    const hand = { ...next, effects: effectsOf(next) };
    // An answer that came late, or a process that froze: another worker may have the lane by now.
    if (!lease.isHeld() || !context.gate.isOpen()) {
      await settle.handBack();
      return;
    }
    const { envelope, attempts, effects } = hand;
    const turnStarted = performance.now();
    const waitedMs = redisTime(turnStarted) - envelope.arrivedAt;
    // A death shared with other lanes is charged to none of them.
    const charged = attempts - hand.deaths;
    const dead = charged > context.failurePolicy.maxAttempts;
    let migrated: Ended | undefined;
    if (!dead && mayMigrate(lease.lane, envelope)) {
      migrated = await migrateFirst(context.migrations, settle, lease, envelope);
      if (!migrated) hand.session = await readSession(context.redis, lease, envelope);
    }
    const own =
      envelope.sessionUser === undefined
        ? undefined
        : { key: sessionKey(lease.lane, envelope.sessionUser), json: hand.session };
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
      // What follows an event that kills workers is tried, too.
      ended = await settle.giveUp(hand, new WorkerLost(charged - 1), !openedAt.isTrial && spent());
    } else if (waitedMs > (lifeMs(envelope.kind) ?? Infinity)) {
      ended = await settle.commit(hand, 'expired', undefined, spent());
    } else {
      observer?.turnStarted?.(envelope.kind, waitedMs);
      const end = await runTurn(
        context.handle,
        {
          lane: lease.lane,
          event: toEvent(envelope),
          attempt: attempts,
          isRepeat: hand.begun || attempts > 1,
          lastAttempt: charged === context.failurePolicy.maxAttempts,
          waitedMs,
          fate: {
            isGivenUpAfter: (error) =>
              decide(context.failurePolicy, hand, error, context.gate.isOpen()).next === 'give-up',
            get isUserNotified() {
              return hand.notified;
            },
            userNotified: () => void (hand.notified = true),
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
      slot.give();
      const { diverged } = effects;
      if (end.end === 'returned' && diverged > 0) {
        observer?.diverged?.(report(lease.lane, hand, performance.now() - turnStarted), diverged);
      }
      ended = await endTurn(settle, hand, end, { sessions, outbox }, spent());
    }
    observer?.turnEnded?.(
      report(lease.lane, hand, performance.now() - turnStarted),
      ended.outcome,
      ended.error,
    );
    next = nextHand(hand, ended.settled, sessions);
    const again = next && slot.takeAgain();
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

function nextHand(
  hand: Head,
  settled: Settled | undefined,
  sessions: StagedSessions,
): Hand | undefined {
  if (settled?.state !== 'next' && settled?.state !== 'next-same-session') return undefined;
  const { envelope } = settled;
  const moved = Math.abs(envelope.arrivedAt - hand.oldestAt) >= OLDEST_LAGS_MS;
  return {
    envelope,
    session: settled.state === 'next' ? settled.session : sessions.ownAfterCommit(),
    attempts: 1,
    deaths: 0,
    putOffMs: 0,
    notified: false,
    journal: undefined,
    begun: false,
    last: hand.envelope.id,
    oldestAt: moved ? envelope.arrivedAt : hand.oldestAt,
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
 * Every worker that handled the event died, froze or was restarted because the handler did not end, with no other event
 * in its hands.
 */
class WorkerLost extends Error {
  override name = 'WorkerLost';
  constructor(attempts: number) {
    super(
      `The worker died, froze or was restarted in each of ${attempts} attempts, in which it handled nothing else.`,
    );
  }
}
