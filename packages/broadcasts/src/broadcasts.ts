import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from '@chatlane/redis';
import { addRecipients } from './audience.js';
import { findChats, type Segment } from './segment.js';
import { callFor, languagesOf, type BroadcastContent } from './content.js';
import { broadcastKeys, SHARDS } from './keys.js';
import { openBroadcastQueue, wake } from './queue.js';
import { readContent } from './read-content.js';
import { readResults, type RecipientResult } from './results.js';
import {
  cancelScript,
  changeContentScript,
  confirmPreviewScript,
  createScript,
  pauseScript,
  resumeScript,
  startScript,
} from './scripts.js';
import type { BroadcastSender } from './sender.js';
import { BroadcastError, requireState } from './states.js';
import { readStatus, type BroadcastStatus } from './status.js';

/** How often to check whether a runner has finished what it has begun, and the milliseconds between two checks. */
const HELD_TRIES = 40;
const HELD_MS = 250;

/** What a broadcast is made of. */
export interface BroadcastDraft {
  /** What it sends. */
  readonly content: BroadcastContent;
  /** What chats can opt out of: letters, digits, `-` and `_`. Default: `news`. */
  readonly topic?: string;
  /** Messages per second of this broadcast at most. Default: only the bulk rate of the deployment applies. */
  readonly perSecond?: number;
  /**
   * Sends up to 1,000 messages per second; each one above 30 per second costs 0.1 Telegram Stars. Default: false. Telegram
   * requires that the bot has 10,000 Stars and 10,000 monthly users.
   */
  readonly paid?: boolean;
  /** The broadcast pauses when this share of its last 500 messages has failed. Default: 0.2. */
  readonly maxErrors?: number;
  /**
   * What happens to recipients whose message may or may not have been sent when a process died. `keep`: their outcome
   * is `unknown`. `retry`: the message is sent to them again, so they may get it twice. Default: `keep`.
   */
  readonly unknown?: 'keep' | 'retry';
}

/** What the author confirms. */
export interface Preview {
  /** Confirms exactly this content and audience. */
  readonly code: string;
  /** The size of the audience. */
  readonly recipients: number;
  /** The most Telegram Stars that the broadcast may cost. */
  readonly maxStars: number;
}

/** Creates and controls broadcasts. A method rejects with BroadcastError when the state does not allow it. */
export interface Broadcasts {
  /** Creates a draft. Resolves with its id. @throws TypeError when the content or a setting is invalid */
  create(draft: BroadcastDraft): Promise<number>;
  /** Replaces the content of a draft, which must then be previewed again. @throws TypeError when it is invalid */
  setContent(id: number, content: BroadcastContent): Promise<void>;
  /**
   * Adds chats to the audience of a draft, each once, without holding all of them in memory. Resolves with how many were
   * new.
   *
   * @throws TypeError when something is not a chat id
   */
  addRecipients(
    id: number,
    chatIds: Iterable<number> | AsyncIterable<number>,
  ): Promise<{ added: number; recipients: number }>;
  /**
   * Adds the known chats of a segment, except those that have blocked the bot, and resolves with how many were new.
   *
   * @throws TypeError when the segment is invalid
   */
  addSegment(id: number, segment: Segment): Promise<{ added: number; recipients: number }>;
  /** Sends all variants of the content to one chat, and resolves with the code that `start` needs. */
  preview(id: number, to: { chatId: number; sender: BroadcastSender }): Promise<Preview>;
  /**
   * Starts a previewed broadcast.
   *
   * @param options.code the code of its preview
   * @param options.at when to start, as milliseconds since 1970; default: now
   */
  start(id: number, options: { code: string; at?: number }): Promise<void>;
  /** Stops sending within a second. Messages that have left get their outcomes. */
  pause(id: number, why?: string): Promise<void>;
  /**
   * Resumes a paused broadcast.
   *
   * @param options.unknown `retry` sends again to recipients whose outcome is unknown, also after the end. Default: `keep`
   */
  resume(id: number, options?: { unknown?: 'keep' | 'retry' }): Promise<void>;
  /** Cancels a broadcast. Messages that have left get their outcomes; all other recipients stay pending. */
  cancel(id: number): Promise<void>;
  /** Changes the rate of a broadcast, also while it runs; 0 for no limit of its own. @throws RangeError */
  setRate(id: number, perSecond: number): Promise<void>;
  /** Reads the state and the counts of a broadcast. */
  status(id: number): Promise<BroadcastStatus>;
  /** The newest broadcasts. Ended ones and drafts are kept for 30 days. */
  list(limit?: number): Promise<BroadcastStatus[]>;
  /** The outcome for each recipient, in the order of the audience. */
  results(id: number): AsyncIterable<RecipientResult>;
  /** Closes the queue. The Redis connection it was given stays open. */
  close(): Promise<void>;
}

/** Options of `createBroadcasts`. */
export interface BroadcastsOptions {
  /** The caller closes it. */
  redis: Redis;
  /** The deployment's name, CHATLANE_NAME. */
  name: string;
}

/**
 * Opens the broadcasts of a deployment. Its workers send them.
 *
 * @example
 * const broadcasts = createBroadcasts({ redis, name: 'chatlane' });
 * const id = await broadcasts.create({ content: { message: { text: 'We are back!' } } });
 * await broadcasts.addRecipients(id, [42, 43]);
 * const { code } = await broadcasts.preview(id, { chatId: 1, sender });
 * await broadcasts.start(id, { code });
 */
export function createBroadcasts({ redis, name }: BroadcastsOptions): Broadcasts {
  const keys = broadcastKeys(name);
  const { scope } = keys;
  const queue = openBroadcastQueue(redis, name);

  /** Deletes what only a draft needs. */
  async function forgetSeen(id: number): Promise<void> {
    const STEP = 1_024;
    for (let from = 0; from < SHARDS; from += STEP) {
      await redis.unlink(
        Array.from({ length: STEP }, (_each, index) => keys.seen(id, from + index)),
      );
    }
  }

  return {
    async create(draft) {
      const { topic = 'news', perSecond = 0, maxErrors = 0.2 } = draft;
      if (!/^[\w-]{1,32}$/.test(topic)) {
        throw new TypeError('topic must be 1 to 32 letters, digits, - and _.');
      }
      if (!(maxErrors > 0 && maxErrors <= 1)) {
        throw new RangeError('maxErrors must be above 0 and at most 1.');
      }
      const content = readContent(draft.content);
      if (draft.paid && 'forward' in content) {
        throw new TypeError('Forwards cannot be paid for: send a copy instead.');
      }
      const fields = {
        content: JSON.stringify(content),
        topic,
        rate: requireRate(perSecond),
        'max-errors': maxErrors,
        paid: draft.paid ? 1 : 0,
        'unknown-retry': draft.unknown === 'retry' ? 1 : 0,
      };
      return createScript.run(redis, scope, Object.entries(fields).flat());
    },
    async setContent(id, content) {
      const args = [id, JSON.stringify(readContent(content))];
      const state = await changeContentScript.run(redis, scope, args);
      requireState(id, state, ['draft', 'previewed'], 'changed');
    },
    addRecipients: (id, chatIds) => addRecipients({ redis, keys }, id, chatIds),
    addSegment: (id, segment) =>
      addRecipients({ redis, keys }, id, findChats({ redis, keys }, segment)),
    async preview(id, { chatId, sender }) {
      const status = await readStatus(redis, keys, id);
      requireState(id, status.state, ['draft', 'previewed'], 'previewed');
      if (status.recipients === 0) throw new BroadcastError(`Broadcast ${id} has no recipients.`);
      for (const language of languagesOf(status.content)) {
        const call = callFor(
          status.content,
          { topic: status.topic, paid: false },
          chatId,
          language,
        );
        const options = { begin: () => Promise.resolve(true), signal: AbortSignal.timeout(60_000) };
        const result = await sender.send(call, options);
        if (result.outcome === 'sent') continue;
        const why = 'why' in result ? result.why : result.outcome;
        throw new BroadcastError(
          `The preview${language && ` in ${language}`} was not sent to chat ${chatId}: ${why}.`,
        );
      }
      const [content = '', digest = ''] = await redis.hmget(
        keys.broadcast(id),
        'content',
        'digest',
      );
      const code = codeOf([id, content, digest, status.topic, status.paid]);
      const args = [id, JSON.stringify(status.content), digest ?? '', code];
      if (!(await confirmPreviewScript.run(redis, scope, args))) {
        throw new BroadcastError(
          `Broadcast ${id} was changed during its preview: preview it again.`,
        );
      }
      return { code, recipients: status.recipients, maxStars: maxStarsOf(status) };
    },
    async start(id, { code, at = 0 }) {
      const { state, ms } = await startScript.run(redis, scope, [id, code, at]);
      if (state === 'empty') throw new BroadcastError(`Broadcast ${id} has no recipients.`);
      if (state === 'code') {
        throw new BroadcastError(
          `The code does not confirm broadcast ${id} as it is now: preview it again.`,
        );
      }
      if (state !== 'started') requireState(id, state, ['previewed'], 'started');
      await wake(queue, id, ms);
      await forgetSeen(id);
    },
    async pause(id, why = 'by its author') {
      const state = await pauseScript.run(redis, scope, [id, 'author', why, '']);
      requireState(id, state, ['scheduled', 'running'], 'paused');
    },
    async resume(id, { unknown = 'keep' } = {}) {
      for (let tries = 1; ; tries += 1) {
        const args = [id, unknown === 'retry' ? 1 : 0];
        const { state, ms } = await resumeScript.run(redis, scope, args);
        if (state === 'held' && tries < HELD_TRIES) {
          await sleep(HELD_MS);
          continue;
        }
        if (state === 'held') {
          throw new BroadcastError(`Broadcast ${id} still waits for responses: try again soon.`);
        }
        if (state !== 'resumed') requireState(id, state, ['paused'], 'resumed');
        return wake(queue, id, ms);
      }
    },
    async cancel(id) {
      const state = await cancelScript.run(redis, scope, [id]);
      const open = ['draft', 'previewed', 'scheduled', 'running', 'paused'] as const;
      requireState(id, state, open, 'cancelled');
    },
    async setRate(id, perSecond) {
      const { state } = await readStatus(redis, keys, id);
      const open = ['draft', 'previewed', 'scheduled', 'running', 'paused'] as const;
      requireState(id, state, open, 'given another rate');
      await redis.hset(keys.broadcast(id), 'rate', requireRate(perSecond));
    },
    status: (id) => readStatus(redis, keys, id),
    async list(limit = 50) {
      const ids = (await redis.zrevrange(keys.all, 0, limit - 1)).map(Number);
      const found = await Promise.allSettled(ids.map((id) => readStatus(redis, keys, id)));
      const expired = ids.filter((_id, index) => found[index]?.status === 'rejected');
      if (expired.length > 0) await redis.zrem(keys.all, ...expired);
      return found.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    },
    results: (id) => readResults(redis, keys, id),
    close: () => queue.close(),
  };
}

/** Telegram's prices for broadcasts that are faster than the free rate. */
const FREE_PER_SECOND = 30;
const MOST_PER_SECOND = 1_000;
const STARS_PER_MESSAGE = 0.1;

function maxStarsOf({ paid, perSecond, recipients }: BroadcastStatus): number {
  const rate = Math.min(perSecond || MOST_PER_SECOND, MOST_PER_SECOND);
  if (!paid || rate <= FREE_PER_SECOND) return 0;
  return Math.ceil(recipients * STARS_PER_MESSAGE * (1 - FREE_PER_SECOND / rate));
}

function requireRate(perSecond: number): number {
  if (Number.isFinite(perSecond) && perSecond >= 0 && perSecond <= 10_000) return perSecond;
  throw new RangeError('perSecond must be from 0 to 10000.');
}

/** Short enough to type. */
function codeOf(confirmed: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(confirmed)).digest('hex').slice(0, 8);
}
