import { randomUUID } from 'node:crypto';
import {
  requireJson,
  type ForwardedEvent,
  type InternalEvent,
  type RoutedUpdate,
} from '@chatlane/contracts';
import { createReplicatedWrites, databaseOf, type Redis } from '@chatlane/redis';
import { encodeEnvelope, type Envelope } from '../envelope.js';
import { deploymentKeys, type PartitionKeys } from '../keys.js';
import type { Partitions } from '../partitions.js';
import { pushScript } from '../scripts.js';
import { createWakeUps } from '../wake-ups.js';
import { encodeInterruption } from '../worker/interrupts.js';
import { createBackpressure, type BackpressureOptions, type PushRefusal } from './backpressure.js';
import { createCachedClaim } from './cached-claim.js';
import { createImportedMarks } from './imported-marks.js';
import { encodeParked, MAX_PARKED } from './parked-bodies.js';

/** Options of a deployment's intake. */
export interface IntakeOptions extends BackpressureOptions {
  /** A connection of its own, for example because waiting for replicas blocks it. Default: that of the deployment. */
  redis?: Redis;
  /** Numeric id of the bot whose updates are pushed: see `claim` of `Deployment`. Default: any. */
  botId?: string;
  /** How many replicas must confirm each write, and within how many milliseconds. Default: the master alone. */
  replication?: { replicas: number; timeoutMs: number };
}

/** Stores events in lanes. */
export interface Intake {
  /**
   * Claims the deployment. Pushes do this too, once the last claim is ten seconds old.
   *
   * @throws DeploymentRefused as `claim` of `Deployment`
   */
  claim(): Promise<void>;
  /**
   * Stores an update in its lane and wakes the lane. Resolves to `stored` only when Redis has confirmed both; a
   * repeated update is a `duplicate`. Anything else is a refusal: nothing was stored. Rejects when Redis did not
   * confirm in time. After a refusal or rejection the caller must not acknowledge the update, and may push it again.
   *
   * @param options.evenIfFull ignore the lane's ceiling (but not the memory budget)
   * @throws DeploymentRefused as `claim` of `Deployment`
   */
  push(
    update: RoutedUpdate,
    raw: Buffer,
    options?: { evenIfFull?: boolean },
  ): Promise<'stored' | 'duplicate' | PushRefusal>;
  /**
   * Stores an internal event at the tail of a lane, once per event id. Neither ceiling nor memory budget applies.
   *
   * @throws RangeError when the kind or `sessionUser` contains characters that do not occur in those of updates
   * @throws NotJsonError naming the part of the payload that JSON cannot represent
   */
  pushInternal(
    event: InternalEvent,
    lane: string,
    sessionUser?: string,
  ): Promise<'stored' | 'duplicate'>;
  /**
   * Stores an event from outside at the tail of its lane. Like an update, it is refused when the lane is at its ceiling
   * or Redis at its memory budget.
   *
   * @param options.id identifies the event among those for its lane, so that repeating it stores nothing. Default: new
   * @param options.most the maximum number of events in the lane, including this one. Default: the deployment's ceiling
   * @throws RangeError, NotJsonError as `pushInternal`
   */
  pushEvent(
    event: ForwardedEvent,
    options?: { id?: string | undefined; most?: number },
  ): Promise<'stored' | 'duplicate' | PushRefusal>;
  /** Keeps a body that is not an update, for an operator to inspect. Only the newest 1,000 are kept. */
  park(raw: Buffer, reason: string): Promise<void>;
  /** Closes the wake-up queue; the connection stays open. */
  close(): Promise<void>;
}

/** The place in Redis that records that an event was stored. */
interface Mark {
  key: string;
  bit: number | '';
}

const unlimited = { most: '', refusal: 'lane-full' } as const;

/** Creates an intake on the caller's connection. */
export function createIntake(redis: Redis, partitions: Partitions, options: IntakeOptions): Intake {
  const { botId, replication } = options;
  const { name } = partitions;
  const interrupt = deploymentKeys(name).interrupt(databaseOf(redis));
  const backpressure = createBackpressure(redis, partitions, options);
  const wakeUps = createWakeUps(redis, name, { failFast: true });

  const claim = createCachedClaim(redis, name, botId);
  const imported = createImportedMarks(redis, name);
  const replicated = replication && createReplicatedWrites(redis, replication);

  /** Runs a write to the slot of `key` on the right connection, and waits for the replicas. */
  function confirmed<T>(key: string, write: (connection: Redis) => Promise<T>): Promise<T> {
    return replicated ? replicated.run(key, write) : write(redis);
  }

  async function store(
    lane: string,
    event: Omit<Envelope, 'arrivedAt'>,
    markOf: (keys: PartitionKeys) => Mark,
    interruptionOf: (lane: string) => string,
    limitOf: (lane: string) => { most: number | ''; refusal: PushRefusal },
  ): Promise<'stored' | 'duplicate' | PushRefusal> {
    const keys = partitions.of(lane);
    const mark = markOf(keys);
    const { most, refusal } = limitOf(lane);
    const interruption = interruptionOf(lane);
    const channel = interruption === '' ? '' : interrupt;
    const rest = [channel, interruption, event.id, most];
    const args = [keys.prefix, mark.key, mark.bit, lane, encodeEnvelope(event), ...rest];
    const claiming = claim.renewIfExpired();
    if (claiming) await claiming;
    const stored = await confirmed(mark.key, async (connection) => {
      const reply = await pushScript.run(connection, keys.scope, args);
      if (reply.movedTo !== undefined) return { movedTo: reply.movedTo };
      if (reply.wake) await wakeUps.wake(lane, reply.at);
      return reply.result;
    });
    // Happens at most once, because the new lane belongs to a supergroup, which cannot migrate.
    if (typeof stored === 'object') {
      return store(stored.movedTo, event, markOf, interruptionOf, limitOf);
    }
    return stored === 'refused' ? refusal : stored;
  }

  async function storeInternal(
    event: InternalEvent,
    lane: string,
    sessionUser: string | undefined,
    limitOf: (lane: string) => { most: number | ''; refusal: PushRefusal },
  ): Promise<'stored' | 'duplicate' | PushRefusal> {
    requireReadable(event.kind, sessionUser);
    requireJson(`The payload of an internal event ${event.kind}: payload`, event.payload);
    if (await imported?.hasEvent(event.id)) return 'duplicate';
    const raw = Buffer.from(JSON.stringify(event.payload ?? null));
    const id = `e-${encodeURIComponent(event.id)}`;
    const mark = (keys: PartitionKeys): Mark => ({ key: keys.once(event.id), bit: '' });
    return store(lane, { id, kind: event.kind, sessionUser, raw }, mark, () => '', limitOf);
  }

  return {
    claim: () => claim.claim(),
    async push(update, raw, { evenIfFull = false } = {}) {
      const { updateId, kind, lane, sessionUser, interrupts, addressee } = update;
      if (imported && (await imported.hasUpdate(updateId))) return 'duplicate';
      const event = { id: String(updateId), kind, sessionUser, raw };
      const mark = (keys: PartitionKeys) => ({ key: keys.seen(updateId), bit: updateId & 0xffff });
      const limits = { urgent: interrupts, evenIfFull };
      const interruptionIn = (to: string): string =>
        interrupts && sessionUser !== undefined
          ? encodeInterruption({ lane: to, updateId, sessionUser, addressee })
          : '';
      return store(lane, event, mark, interruptionIn, (to) => backpressure.limitOf(to, limits));
    },
    async pushInternal(event, lane, sessionUser) {
      const stored = await storeInternal(event, lane, sessionUser, () => unlimited);
      return stored === 'duplicate' ? 'duplicate' : 'stored';
    },
    pushEvent({ lane, sessionUser, kind, payload }, { id, most } = {}) {
      const own = id === undefined ? randomUUID() : `${lane}/${id}`;
      return storeInternal({ type: 'internal', id: own, kind, payload }, lane, sessionUser, (to) =>
        most === undefined
          ? backpressure.limitOf(to, { urgent: false, evenIfFull: false })
          : { most, refusal: 'lane-full' },
      );
    },
    async park(raw, reason) {
      await claim.renewIfExpired();
      const { parked } = deploymentKeys(name);
      const entry = encodeParked(Date.now(), reason, raw);
      await confirmed(parked, async (connection) => {
        const replies = await connection
          .multi()
          .lpush(parked, entry)
          .ltrim(parked, 0, MAX_PARKED - 1)
          .exec();
        const refused = replies?.find(([error]) => error)?.[0];
        if (!replies || refused) throw refused ?? new Error('Redis did not store the body.');
      });
    },
    async close() {
      backpressure.close();
      await wakeUps.close();
    },
  };
}

/** An unreadable envelope would block all lanes that are opened in the same call. */
function requireReadable(kind: string, sessionUser = ''): void {
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(kind)) {
    throw new RangeError(
      `The kind ${JSON.stringify(kind)} of an internal event must be a lower-case letter, followed by at most 63 lower-case letters, digits and underscores.`,
    );
  }
  if (!/^(?!-$)[!-9;-{}~]*$/.test(sessionUser)) {
    throw new RangeError(
      `The sessionUser ${JSON.stringify(sessionUser)} must be printable ASCII without spaces, colons and |, and not just a hyphen.`,
    );
  }
}
