import {
  cancellationForChat,
  checkId,
  eventForChat,
  type EventOptions,
  type ForwardedEvent,
} from '@chatlane/contracts';
import { connectionFailed, connectRedis, lastConnectionError, within } from '@chatlane/redis';
import { openDeployment } from '../deployment/open-deployment.js';

/** Options of `createClient`. */
export interface ClientOptions {
  /** The `REDIS_URL` of the deployment. */
  redisUrl: string;
  /** The `CHATLANE_NAME` of the deployment. Default `chatlane`. */
  name?: string;
  /** Milliseconds that Redis may take to store an event, including the first connection. Default 5,000. */
  timeoutMs?: number;
}

/** Options of an event that another process sends. */
export interface ClientEventOptions extends EventOptions {
  /**
   * Identifies the event in its chat: repeating it within 48 hours stores nothing. Use the id of a payment for the
   * callbacks of its provider, and for attempts after an error. Default: each call is an event of its own.
   */
  id?: string;
}

/** Sends events to the chats of a deployment, from any process that reaches its Redis. */
export interface Client {
  /**
   * Sends an event to a chat. The bot handles it with `bot.on(event(name))`, in the chat's order. Resolves once it is
   * stored: `duplicate` if an event with this id was stored before.
   *
   * @param chatId the numeric id of the chat. A group that has become a supergroup may be named by its old id
   * @param data JSON, at most 64 KiB
   * @throws InvalidEventError, NotJsonError naming what is not valid
   * @throws EventNotStoredError when Redis did not store it; it may be sent again
   */
  inLane(
    chatId: number,
    name: string,
    data: unknown,
    options?: ClientEventOptions,
  ): Promise<'stored' | 'duplicate'>;
  /**
   * Cancels the event that waits for a chat under a key. Resolves once the request is stored in the chat's lane.
   *
   * @param options.userId as for the event
   * @throws as `inLane`
   */
  cancelLater(chatId: number, key: string, options?: { userId?: number }): Promise<void>;
  /** Waits for events that are being stored, then closes the connection. */
  close(): Promise<void>;
}

/** Redis did not store the event, or did not confirm it in time. Sending it again with the same `id` stores it once. */
export class EventNotStoredError extends Error {
  override readonly name = 'EventNotStoredError';
}

/**
 * Creates a client of a deployment, for a process that is not part of it, such as an admin panel. Returns at once; the
 * first event waits for the connection.
 *
 * @throws Error when `redisUrl` is not an address of Redis
 * @example
 * const client = createClient({ redisUrl: 'redis://localhost' });
 * await client.inLane(chatId, 'paid', { order: 7 }, { id: payment.id });
 * await client.close();
 */
export function createClient({
  redisUrl,
  name = 'chatlane',
  timeoutMs = 5_000,
}: ClientOptions): Client {
  const redis = connectRedis({
    ...{ url: redisUrl, name: `${name}-client` },
    ...{ whenDown: 'fail-fast', commandTimeoutMs: timeoutMs },
  });
  const deployment = openDeployment({ redis, name });
  const intake = deployment.intake();
  const pending = new Set<Promise<unknown>>();
  let isKnown = false;
  let isClosed = false;

  async function connected(): Promise<void> {
    if (redis.status === 'ready') return;
    await new Promise<void>((resolve, reject) => {
      const end = (error?: Error): void => {
        clearTimeout(late);
        redis.off('ready', end);
        if (error) reject(error);
        else resolve();
      };
      const late = setTimeout(() => end(connectionFailed(lastConnectionError(redis))), timeoutMs);
      redis.on('ready', end);
    });
  }

  /** An event for a deployment whose name is misspelt would wait forever. */
  async function requireDeployment(): Promise<void> {
    if (isKnown) return;
    isKnown = (await deployment.readClaim()).botId !== undefined;
    if (isKnown) return;
    throw new Error(
      `This Redis has no deployment with the name ${name}. Use its CHATLANE_NAME, and start its bot once.`,
    );
  }

  async function store(event: ForwardedEvent, id?: string): Promise<'stored' | 'duplicate'> {
    await connected();
    await requireDeployment();
    const stored = await within(timeoutMs, intake.pushEvent(event, { id }));
    if (stored === 'stored' || stored === 'duplicate') return stored;
    throw new Error(`The lane does not accept the event (${stored}).`);
  }

  async function send(event: ForwardedEvent, id?: string): Promise<'stored' | 'duplicate'> {
    if (isClosed) throw new EventNotStoredError('The event was not stored: the client is closed.');
    const storing = store(event, id);
    pending.add(storing);
    try {
      return await storing;
    } catch (error) {
      const { message } = error as Error;
      throw new EventNotStoredError(`The event was not stored. ${message}`, { cause: error });
    } finally {
      pending.delete(storing);
    }
  }

  return {
    async inLane(chatId, event, data, { id, ...options } = {}) {
      const forwarded = eventForChat(chatId, event, data, options);
      return send(forwarded, id === undefined ? undefined : checkId(id));
    },
    async cancelLater(chatId, key, { userId } = {}) {
      await send(cancellationForChat(chatId, key, userId));
    },
    async close() {
      isClosed = true;
      await Promise.allSettled(pending);
      await intake.close();
      redis.disconnect();
    },
  };
}
