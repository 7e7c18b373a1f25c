import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from '@chatlane/redis';
import { callFor, type BroadcastContent } from './content.js';
import { createErrorShare } from './error-share.js';
import type { BroadcastKeys } from './keys.js';
import type { BroadcastObserver } from './observer.js';
import type { FinalOutcome } from './outcomes.js';
import { createOwnRate } from './own-rate.js';
import { pendingRecipients, type Recipient } from './recipients.js';
import {
  markScript,
  pauseScript,
  releaseScript,
  renewScript,
  settleScript,
  type Taken,
} from './scripts.js';
import type { BroadcastSender } from './sender.js';

/** The most open messages of one broadcast: those waiting for the rate or the end of a pause, and those under way. */
const MOST_OPEN = 256;

/** How many of them may wait for the rate. Few, because broadcasts take turns in that queue, message by message. */
const MOST_WAITING = 32;

/** The number of errors after which a message counts as failed. */
const ATTEMPTS = 5;

/** How often the state and the rate are read, so that a pause or a new rate takes effect within a second. */
const CHECK_MS = 500;

/** What the runs of a process share. */
export interface RunContext {
  readonly redis: Redis;
  readonly keys: BroadcastKeys;
  readonly sender: BroadcastSender;
  readonly observer: BroadcastObserver;
  readonly leaseMs: number;
}

/** Runs a broadcast under its lease until it ends, is paused or cancelled, or `stopping` fires. */
export class BroadcastRun {
  readonly #context: RunContext;
  readonly #id: number;
  readonly #taken: Taken;
  readonly #content: BroadcastContent;
  readonly #rate;
  readonly #errors = createErrorShare();
  /** Fires when no further message may leave. Those that have left are still waited for. */
  readonly #over = new AbortController();
  /** The recipients that wait or are under way, in the order of the audience. */
  readonly #open = new Map<number, Promise<void>>();
  #next: number;
  /** The first recipient that this run has given up without an outcome: the next run starts from there. */
  #firstLeft = Infinity;
  #isLost = false;
  /** How many messages wait for permission to leave. */
  #waiting = 0;
  #onFreed = (): void => undefined;

  constructor(context: RunContext, id: number, taken: Taken) {
    this.#context = context;
    this.#id = id;
    this.#taken = taken;
    this.#next = taken.low;
    this.#content = JSON.parse(taken.content) as BroadcastContent;
    this.#rate = createOwnRate(taken.rate);
    setMaxListeners(0, this.#over.signal);
    this.#over.signal.addEventListener('abort', () => this.#onFreed());
  }

  /** Resolves with the state of the broadcast, or `lost`, once all messages that have left have their outcomes. */
  async untilOver(stopping: AbortSignal): Promise<string> {
    const stop = (): void => this.#over.abort();
    stopping.addEventListener('abort', stop, { once: true });
    if (stopping.aborted) stop();
    const ended = new AbortController();
    const watching = this.#watch(ended.signal);
    try {
      await this.#sendAll();
    } catch (error) {
      this.#context.observer.trouble?.('run', error);
      stop();
    }
    await Promise.all(this.#open.values());
    ended.abort();
    await watching;
    stopping.removeEventListener('abort', stop);
    if (this.#isLost) return 'lost';
    return releaseScript.run(this.#context.redis, this.#context.keys.scope, [
      this.#id,
      this.#taken.epoch,
    ]);
  }

  async #sendAll(): Promise<void> {
    const { size, topic } = this.#taken;
    const { signal } = this.#over;
    for await (const recipient of pendingRecipients(this.#context, this.#id, {
      from: this.#next,
      size,
      topic,
    })) {
      if (recipient.skip === '') await this.#rate.next(signal);
      while (this.#isFull() && !signal.aborted) {
        await new Promise<void>((resolve) => (this.#onFreed = resolve));
      }
      if (signal.aborted) return;
      const { index } = recipient;
      this.#next = index + 1;
      this.#open.set(index, this.#finish(recipient));
    }
  }

  #isFull(): boolean {
    return this.#open.size >= MOST_OPEN || this.#waiting >= MOST_WAITING;
  }

  async #finish(recipient: Recipient): Promise<void> {
    const { index } = recipient;
    let hasOutcome = false;
    try {
      hasOutcome = await this.#deliver(recipient);
    } catch (error) {
      // The recipient's mark stays, so that the next runner decides its outcome.
      this.#context.observer.trouble?.('deliver', error);
      this.#over.abort();
    }
    if (!hasOutcome) this.#firstLeft = Math.min(this.#firstLeft, index);
    this.#open.delete(index);
    this.#onFreed();
  }

  /** Returns whether the recipient has an outcome. */
  async #deliver({ index, chatId, language, skip }: Recipient): Promise<boolean> {
    if (skip !== '') return this.#settle(index, skip, '');
    const { sender } = this.#context;
    const call = callFor(this.#content, this.#taken, chatId, language);
    let errors = 0;
    while (!this.#over.signal.aborted) {
      let isMarked = false;
      let isWaiting = true;
      this.#waiting += 1;
      const stopWaiting = (): void => {
        if (!isWaiting) return;
        isWaiting = false;
        this.#waiting -= 1;
        this.#onFreed();
      };
      const begin = async (): Promise<boolean> => {
        stopWaiting();
        isMarked = true;
        const mayLeave = await this.#mark(index);
        // The state has changed: no need to ask for every other recipient.
        if (!mayLeave) this.#over.abort();
        return mayLeave && !this.#over.signal.aborted;
      };
      const result = await sender.send(call, { begin, signal: this.#over.signal });
      stopWaiting();
      if (result.outcome !== 'later' && result.outcome !== 'not-sent') {
        const why = result.outcome === 'failed' ? result.why : '';
        return this.#settle(index, result.outcome, why);
      }
      if (isMarked) await this.#settle(index, 'pending', '');
      if (result.outcome === 'not-sent') {
        this.#over.abort();
        return false;
      }
      if (result.isError) errors += 1;
      if (errors >= ATTEMPTS) return this.#settle(index, 'failed', result.why);
      await sleep(result.retryMs, undefined, { signal: this.#over.signal }).catch(() => undefined);
    }
    return false;
  }

  #mark(index: number): Promise<boolean> {
    const { redis, keys } = this.#context;
    return markScript.run(redis, keys.scope, [this.#id, this.#taken.epoch, index]);
  }

  /** Returns whether the outcome is stored. */
  async #settle(index: number, outcome: FinalOutcome | 'pending', why: string): Promise<boolean> {
    const { redis, keys, observer } = this.#context;
    const [firstOpen = this.#next] = this.#open.keys();
    const low = Math.min(firstOpen, this.#firstLeft);
    const args = [this.#id, this.#taken.epoch, index, outcome, why.slice(0, 200), low];
    const stored = await settleScript.run(redis, keys.scope, args);
    if (stored === 'refused') this.#over.abort();
    if (stored === 'refused' || outcome === 'pending') return false;
    observer.outcome?.(outcome);
    if (outcome === 'sent') this.#errors.add(undefined);
    else if (outcome === 'failed') this.#errors.add(why);
    else if (outcome === 'unknown') this.#errors.add('the response was lost');
    await this.#pauseOnErrors();
    return true;
  }

  async #pauseOnErrors(): Promise<void> {
    const why = this.#errors.tooHigh(this.#taken.maxErrors);
    if (why === undefined || this.#over.signal.aborted) return;
    this.#over.abort();
    const { redis, keys, observer } = this.#context;
    const args = [this.#id, 'errors', why, this.#taken.epoch];
    const before = await pauseScript.run(redis, keys.scope, args);
    if (before === 'running') observer.paused?.({ id: this.#id, why });
  }

  /** Renews the lease, and applies what the author has changed. */
  async #watch(ended: AbortSignal): Promise<void> {
    const { redis, keys, leaseMs, observer } = this.#context;
    while (!ended.aborted) {
      await sleep(Math.min(CHECK_MS, leaseMs / 3), undefined, { signal: ended }).catch(
        () => undefined,
      );
      if (ended.aborted) return;
      try {
        const args = [this.#id, this.#taken.epoch, leaseMs];
        const { state, rate } = await renewScript.run(redis, keys.scope, args);
        this.#rate.perSecond = rate;
        if (state === 'lost') this.#isLost = true;
        if (state !== 'running') this.#over.abort();
      } catch (error) {
        observer.trouble?.('renew', error);
      }
    }
  }
}
