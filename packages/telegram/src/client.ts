import { setMaxListeners } from 'node:events';
import type { Telegram } from 'telegraf';
import { chainInterceptors, type Delivery, type ClientTurn } from './interceptor.js';
import { createErrorClassifier } from './classify-errors.js';
import { InterceptedTelegram, type TurnTelegram } from './intercepted-telegram.js';
import { createEffectJournal } from './journal/effect-journal.js';
import { recordIntent } from './journal/record-intent.js';
import { createFollowMigration } from './follow-migration.js';
import { guardTurn, checkTurnBeforeSend } from './turn-guard.js';
import { ignoreBenignErrors } from './benign-errors.js';
import { createHttpPool, type ProxyOptions } from './http-pool.js';
import { createTelegramLimits, type TelegramLimits } from './limits.js';
import { createCallObserver, type ClientObserver } from './observer.js';
import { createRedactor } from './redact.js';
import { createOutage, SILENCE_MS, type Outage, type OutageObserver } from './outage/outage.js';
import { createProbe } from './outage/probe.js';
import { createSilenceWatch, type WatchRequest } from './outage/silence-watch.js';
import { createWaitOutOutage } from './outage/wait-out-outage.js';
import type { Pauses } from './pauses/pauses.js';
import { createRetry } from './retry.js';
import { createTransport } from './transport.js';

export interface TelegramClientOptions {
  /** The bot's token; it appears in no error. */
  token: string;
  /** The Bot API server. Default `https://api.telegram.org`; `http:` for a simulator or a local server. */
  apiRoot?: string;
  /** How https: servers are reached: Telegram, and those that `{ url }` uploads are fetched from. Default: directly. */
  proxy?: ProxyOptions | undefined;
  observer?: ClientObserver;
  /**
   * Milliseconds one request may take. Default 30,000. Keep it above 10,000: Telegram sleeps up to 8 s inside a
   * call rather than answer 429 (tdlib NetQueryDelayer).
   */
  callTimeoutMs?: number;
  /** Milliseconds for requests that carry a file, and for getFile. Default 300,000. */
  uploadTimeoutMs?: number;
  /** What is known of Telegram's limits. Default: what this client alone learns. */
  limits?: TelegramLimits;
  /** Milliseconds a call waits at most for permission (429, pace); a longer wait is a RetryAfterError. Default 20,000. */
  maxFloodWaitMs?: number;
  /** How often a call that may be repeated is sent at most when the road is broken. Default 3. */
  attempts?: number;
  /** How calls are delivered, by method, where the bot wants it otherwise than by default; see `Delivery`. */
  delivery?: Readonly<Record<string, Delivery>>;
  /** Milliseconds before the second of these; doubles from then on. Default 200. */
  retryDelayMs?: number;
  /** The supergroup that a basic group has become, asked before each call for such a group. Default: unknown. */
  aliasOf?: (chatId: number) => Promise<number | undefined> | number | undefined;
  /** Told when Telegram refuses a call because the group is a supergroup now. The call is sent there by itself. */
  onMigrated?: (oldChatId: number, newChatId: number) => void;
  /** With it, calls wait while Telegram is away, once `outage.start` was called. Default: each call fails by itself. */
  outage?: OutageSettings;
}

/** How an outage is noticed and waited out. */
export interface OutageSettings {
  /** Shared by all processes of the deployment. */
  pauses: Pauses;
  observer?: OutageObserver;
  /** Milliseconds for which the calls of one turn wait before they reject with TelegramAwayError. Default 20,000. */
  maxWaitMs?: number;
  /** Milliseconds between the first probes of an outage, which become fewer the longer it lasts. Default 1,000. */
  minProbeIntervalMs?: number;
  /** Milliseconds between two probes at most. Default 30,000. */
  maxProbeIntervalMs?: number;
  /**
   * Milliseconds without an answer after which Telegram is suspected to be away, and a probe has failed. Default 10,000:
   * Telegram may be silent for 8 s before it answers (tdlib NetQueryDelayer).
   */
  silenceMs?: number;
}

/** The only way out to the Bot API. Every call, of turns and others, goes through the same stations. */
export interface TelegramClient {
  /** For calls that belong to no turn: getMe at the start, setWebhook, setMyCommands. */
  readonly telegram: Telegram;
  /**
   * The client for one turn, to be given to `new Context(update, client.forTurn(turn), botInfo)`. When the turn's
   * signal has fired, or its lane is held no longer, its calls reject with TurnOverError and nothing is sent.
   */
  forTurn(turn: ClientTurn): TurnTelegram;
  /** Undefined without the option of that name. */
  readonly outage: Outage | undefined;
  /** Aborts what is under way and closes all connections. */
  close(): void;
}

/**
 * Opens the road. Calls reject with NeverRetryError, RetryError, RetryAfterError or TurnOverError. Throws a
 * TypeError when `apiRoot` is no http or https URL.
 *
 * @example
 * const client = createTelegramClient({ token });
 * const botInfo = await client.telegram.getMe();
 */
export function createTelegramClient(options: TelegramClientOptions): TelegramClient {
  const { token, observer = {}, limits = createTelegramLimits({ name: 'alone' }) } = options;
  const apiRoot = readApiRoot(options.apiRoot ?? 'https://api.telegram.org');
  const pool = createHttpPool({ proxy: options.proxy });

  const closing = new AbortController();
  // All calls outside of turns listen to it.
  setMaxListeners(0, closing.signal);
  const classify = createErrorClassifier(createRedactor(token));
  const silenceMs = options.outage?.silenceMs ?? SILENCE_MS;
  const uploadTimeoutMs = options.uploadTimeoutMs ?? 300_000;
  const transport = (callTimeoutMs: number, watch?: WatchRequest) =>
    createTransport({ pool, apiRoot, token, callTimeoutMs, uploadTimeoutMs, watch });
  const outage =
    options.outage &&
    createOutage({
      ...options.outage,
      probe: createProbe(chainInterceptors([classify], transport(silenceMs)), closing.signal),
    });

  // From the outside in.
  const send = chainInterceptors(
    [
      ignoreBenignErrors,
      createCallObserver(observer),
      guardTurn,
      createEffectJournal({
        delivery: options.delivery ?? {},
        onEffect: (event, method) => observer.onEffect?.({ event, method }),
      }),
      createFollowMigration({
        aliasOf: options.aliasOf ?? (() => undefined),
        onMigrated: (oldChatId, newChatId) => options.onMigrated?.(oldChatId, newChatId),
      }),
      ...(outage
        ? [createWaitOutOutage({ outage, maxWaitMs: options.outage?.maxWaitMs ?? 20_000 })]
        : []),
      limits.interceptor({ maxWaitMs: options.maxFloodWaitMs ?? 20_000, observer }),
      createRetry({
        attempts: options.attempts ?? 3,
        delayMs: options.retryDelayMs ?? 200,
        onResend: (method) => observer.onResend?.({ method }),
        outage,
      }),
      checkTurnBeforeSend,
      recordIntent,
      classify,
    ],
    transport(options.callTimeoutMs ?? 30_000, outage && createSilenceWatch(outage, silenceMs)),
  );

  const forTurn = (turn: ClientTurn) => new InterceptedTelegram(token, apiRoot, turn, send);
  return {
    telegram: forTurn({ signal: closing.signal, isHeld: () => true }),
    forTurn,
    outage,
    close() {
      outage?.stop();
      closing.abort(new Error('The road to Telegram is closed'));
      void pool.destroy();
    },
  };
}

function readApiRoot(apiRoot: string): string {
  const url = URL.canParse(apiRoot) ? new URL(apiRoot) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new TypeError('apiRoot must be an http: or https: URL, as https://api.telegram.org');
  }
  // Without the slash, a path in front of `/bot<token>` would lose its last part.
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}
