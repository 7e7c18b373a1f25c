import type { Redis as Single } from 'ioredis';
import { ClusterConnection } from './cluster-connection.js';
import type { Redis } from './connect.js';

/** Milliseconds without a message after which a probe is published. */
const PROBE_EVERY_MS = 5_000;
/** Probes in a row that Redis took and the subscription did not hear, after which it is replaced. */
const UNHEARD = 2;
const PROBE = 'probe';

export interface SteadySubscriptionOptions {
  /** A `wait` connection. The subscription has a connection of its own, made from it. */
  redis: Redis;
  /** The probes go to the first. */
  channels: readonly string[];
  onMessage: (message: string) => void;
  /** Called when the subscription is replaced, and when Redis refuses it or its probes. */
  onTrouble: (error: unknown) => void;
  /** Default 5,000. */
  probeEveryMs?: number;
}

/**
 * A subscription that keeps hearing. Its connection only waits: one that is open and carries nothing (a machine vanished, a
 * firewall forgot it), or whose server is not the master any longer, would stay deaf. So it publishes a probe to itself
 * when it has heard nothing for a while, and is replaced when it does not hear its probes. All subscriptions to a channel
 * hear the probes of each other: many of them publish about as often as one.
 */
export interface SteadySubscription {
  /** Resolves when the channels are subscribed to. @throws what Redis answered when it refuses them */
  start(): Promise<void>;
  stop(): void;
}

export function createSteadySubscription(options: SteadySubscriptionOptions): SteadySubscription {
  const { redis, channels, onMessage, onTrouble, probeEveryMs = PROBE_EVERY_MS } = options;
  const [first = ''] = channels;
  let subscriber: Redis | undefined;
  let timer: NodeJS.Timeout | undefined;
  let hasHeard = false;
  let unheard = 0;

  function hear(channel: string, message: string): void {
    if (!channels.includes(channel)) return;
    hasHeard = true;
    if (message !== PROBE) onMessage(message);
  }

  /** `onRefused` is not called for a subscription that was replaced meanwhile. */
  function open(onSubscribed: () => void, onRefused: (error: Error) => void): void {
    // A cluster's connection keeps one to a node for all subscriptions beside those for commands.
    const own = (subscriber =
      redis instanceof ClusterConnection
        ? redis
        : (redis as Single).duplicate({ lazyConnect: true }));
    // The connection it is made from reports outages.
    if (own !== redis) own.on('error', () => undefined);
    own.on('message', hear);
    own.subscribe(...channels).then(onSubscribed, (error: Error) => {
      if (!subscriber || subscriber === own) onRefused(error);
    });
  }

  function close(): void {
    const own = subscriber;
    subscriber = undefined;
    own?.off('message', hear);
    if (own !== redis) own?.disconnect();
    else own.unsubscribe(...channels).catch(() => undefined);
  }

  function replace(onSubscribed: () => void): void {
    if (redis instanceof ClusterConnection) return redis.renewSubscriber();
    close();
    open(onSubscribed, onTrouble);
  }

  async function check(onSubscribed: () => void): Promise<void> {
    if (hasHeard) {
      hasHeard = false;
      unheard = 0;
    } else if (unheard < UNHEARD) {
      // It waits for a Redis that is away: then nothing is counted.
      await redis.publish(first, PROBE);
      unheard += 1;
    } else {
      unheard = 0;
      replace(onSubscribed);
      const why = `It did not hear ${UNHEARD} messages that Redis took.`;
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
