import type { Redis as Single } from 'ioredis';
import { ClusterConnection } from './cluster-connection.js';
import type { Redis } from './connect.js';

/** Milliseconds without a message after which a probe is published. */
const PROBE_EVERY_MS = 5_000;
/** The subscription is replaced after it has missed this many probes in a row that Redis accepted. */
const MAX_MISSED = 2;
const PROBE = 'probe';

/** Options of `createSteadySubscription`. */
export interface SteadySubscriptionOptions {
  /** A `wait` connection. On a single Redis, the subscription uses a duplicate of it. */
  redis: Redis;
  /** Probes are published to the first channel. */
  channels: readonly string[];
  /** Called with every message except the probes. */
  onMessage: (message: string) => void;
  /** Called when the subscription is replaced, and when Redis refuses it or its probes. */
  onTrouble: (error: unknown) => void;
  /** Milliseconds without a message after which a probe is published. Default 5,000. */
  probeEveryMs?: number;
}

/**
 * A subscription that notices when its connection is dead. A subscribed connection only waits, so nothing else reveals
 * that it is open but carries nothing (the machine vanished, a firewall dropped its state), or that its server is no
 * longer the master. The subscription publishes a probe to itself when it has received nothing for a while, and is
 * replaced when it misses its probes. Subscribers of a channel receive each other's probes, so many of them publish
 * about as often as one.
 */
export interface SteadySubscription {
  /** Resolves once the channels are subscribed. @throws the error reply of Redis when it refuses them */
  start(): Promise<void>;
  /** Unsubscribes. A pending `start` rejects. */
  stop(): void;
}

/** Creates a subscription to `channels`; nothing is sent before `start`. */
export function createSteadySubscription(options: SteadySubscriptionOptions): SteadySubscription {
  const { redis, channels, onMessage, onTrouble, probeEveryMs = PROBE_EVERY_MS } = options;
  const [first = ''] = channels;
  let subscriber: Redis | undefined;
  let timer: NodeJS.Timeout | undefined;
  let hasReceived = false;
  let missed = 0;

  function receive(channel: string, message: string): void {
    if (!channels.includes(channel)) return;
    hasReceived = true;
    if (message !== PROBE) onMessage(message);
  }

  /** `onRefused` is not called if the subscription has been replaced in the meantime. */
  function open(onSubscribed: () => void, onRefused: (error: Error) => void): void {
    // A cluster connection has a separate connection to one node for all subscriptions.
    const own = (subscriber =
      redis instanceof ClusterConnection
        ? redis
        : (redis as Single).duplicate({ lazyConnect: true }));
    // The original connection already reports outages.
    if (own !== redis) own.on('error', () => undefined);
    own.on('message', receive);
    own.subscribe(...channels).then(onSubscribed, (error: Error) => {
      if (!subscriber || subscriber === own) onRefused(error);
    });
  }

  function close(): void {
    const own = subscriber;
    subscriber = undefined;
    own?.off('message', receive);
    if (own !== redis) own?.disconnect();
    else own.unsubscribe(...channels).catch(() => undefined);
  }

  function replace(onSubscribed: () => void): void {
    if (redis instanceof ClusterConnection) return redis.renewSubscriber();
    close();
    open(onSubscribed, onTrouble);
  }

  async function check(onSubscribed: () => void): Promise<void> {
    if (hasReceived) {
      hasReceived = false;
      missed = 0;
    } else if (missed < MAX_MISSED) {
      // While Redis is unavailable this waits, so an outage counts no probe as missed.
      await redis.publish(first, PROBE);
      missed += 1;
    } else {
      missed = 0;
      replace(onSubscribed);
      const why = `It did not receive ${MAX_MISSED} messages that Redis accepted.`;
      onTrouble(new Error(`The subscription to ${first} is replaced. ${why}`));
    }
  }

  async function watch(onSubscribed: () => void): Promise<void> {
    await check(onSubscribed).catch(onTrouble);
    if (subscriber) timer = setTimeout(() => void watch(onSubscribed), probeEveryMs);
  }

  return {
    start: () =>
      new Promise((resolve, reject) => {
        open(resolve, reject);
        timer = setTimeout(() => void watch(resolve), probeEveryMs);
      }),
    stop() {
      clearTimeout(timer);
      close();
    },
  };
}
