import { setMaxListeners } from 'node:events';
import { Telegram } from 'telegraf';
import { chainInterceptors, type Delivery, type ClientTurn } from './interceptor.js';
import { createErrorClassifier } from './classify-errors.js';
import { interceptedTelegram, type TurnTelegram } from './intercepted-telegram.js';
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

/** Options of `createTelegramClient`. Only `token` is required. */
export interface TelegramClientOptions {
  /** The bot's token. It never appears in errors. */
  token: string;
  /** The Bot API server. Default `https://api.telegram.org`; `http:` for a simulator or a local server. */
  apiRoot?: string;
  /** Proxy for https: servers: Telegram, and those from which `{ url }` uploads are fetched. Default: none. */
  proxy?: ProxyOptions | undefined;
  /** Is notified of every call's outcome. Default: none. */
  observer?: ClientObserver;
  /**
   * Milliseconds one request may take. Default: 30,000. Keep it above 10,000, because Telegram may delay a response by
   * up to 8 s instead of answering 429 (tdlib NetQueryDelayer).
   */
  callTimeoutMs?: number;
  /** Milliseconds that a request with a file, and getFile, may take. Default: 300,000. */
  uploadTimeoutMs?: number;
  /** Telegram's limits, as learned by the deployment. Default: limits that only this client knows. */
  limits?: TelegramLimits;
  /**
   * Milliseconds that a call may wait for the rate limits; a longer wait rejects with RetryAfterError. Default: 20,000.
   */
  maxFloodWaitMs?: number;
  /** The maximum number of attempts for a call that is safe to repeat, including the first. Default: 3. */
  attempts?: number;
  /** Overrides the default delivery of methods; see `Delivery`. */
  delivery?: Readonly<Record<string, Delivery>>;
  /** Milliseconds before the second attempt; doubles with each further one, plus jitter. Default: 200. */
  retryDelayMs?: number;
  /**
   * Looks up the supergroup that a basic group was upgraded to, before each call for such a group. Default: none is
   * known.
   */
  aliasOf?: (chatId: number) => Promise<number | undefined> | number | undefined;
  /**
   * Called when Telegram rejects a call because the group is now a supergroup. The client redirects the call itself.
   */
  onMigrated?: (oldChatId: number, newChatId: number) => void;
  /** Makes calls wait while Telegram is unreachable, once `outage.start` was called. Default: such calls fail. */
  outage?: OutageSettings;
}

/** How an outage is detected and waited out. */
export interface OutageSettings {
  /** Shared by all processes of the deployment. */
  pauses: Pauses;
  observer?: OutageObserver;
  /** Milliseconds that the calls of one turn wait before they reject with TelegramAwayError. Default: 20,000. */
  maxWaitMs?: number;
  /** Milliseconds between the first probes of an outage; the interval grows as the outage goes on. Default: 1,000. */
  minProbeIntervalMs?: number;
  /** The longest interval between two probes, in milliseconds. Default: 30,000. */
  maxProbeIntervalMs?: number;
  /**
   * Milliseconds without a response after which an outage is suspected, and after which a probe has failed. Default:
   * 10,000, because Telegram may delay a response by up to 8 s (tdlib NetQueryDelayer).
   */
  silenceMs?: number;
}

/** The only way to call the Bot API. Every call, in a turn or outside, goes through the same interceptors. */
export interface TelegramClient {
  /** For calls outside turns, such as getMe at startup, setWebhook and setMyCommands. */
  readonly telegram: Telegram;
  /**
   * The client for one turn, to be passed to `new Context(update, client.forTurn(turn), botInfo)`. Once the turn's
   * signal has fired or its lease is lost, calls reject with TurnOverError and nothing is sent.
   *
   * @param Base the client class of the bot's own copy of Telegraf; default: that of this package's copy
   */
  forTurn(turn: ClientTurn, Base?: typeof Telegram): TurnTelegram;
  /** Undefined without the option `outage`. */
  readonly outage: Outage | undefined;
  /** Aborts pending calls and closes all connections. */
  close(): void;
}

/**
 * Creates a client. Its calls reject with NeverRetryError, RetryError, RetryAfterError, OutcomeUnknownError or
 * TurnOverError.
 *
 * @throws TypeError when `apiRoot` is not an http: or https: URL
 *
 * @example
 * const client = createTelegramClient({ token });
 * const botInfo = await client.telegram.getMe();
 */
export function createTelegramClient(options: TelegramClientOptions): TelegramClient {
  const { token, observer = {}, limits = createTelegramLimits({ name: 'alone' }) } = options;
  const apiRoot = readApiRoot(options.apiRoot ?? 'https://api.telegram.org');
  const pool = createHttpPool({ proxy: options.proxy });
  const newConnections = createHttpPool({ proxy: options.proxy, keepsAlive: false });

  const closing = new AbortController();
  // Every call outside turns adds a listener.
  setMaxListeners(0, closing.signal);
  const classify = createErrorClassifier(createRedactor(token));
  const silenceMs = options.outage?.silenceMs ?? SILENCE_MS;
  const uploadTimeoutMs = options.uploadTimeoutMs ?? 300_000;
  const transport = (callTimeoutMs: number, watch?: WatchRequest) =>
    createTransport({
      ...{ pool, newConnections, apiRoot, token },
      ...{ callTimeoutMs, uploadTimeoutMs, watch },
    });
  const outage =
    options.outage &&
    createOutage({
      ...options.outage,
      probe: createProbe(chainInterceptors([classify], transport(silenceMs)), closing.signal),
    });

  // Outermost first.
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

  const forTurn = (turn: ClientTurn, Base = Telegram): TurnTelegram =>
    new (interceptedTelegram(Base))(token, apiRoot, turn, send);
  return {
    telegram: forTurn({ signal: closing.signal, isHeld: () => true }),
    forTurn,
    outage,
    close() {
      outage?.stop();
      closing.abort(new Error('The Telegram client is closed'));
      void pool.destroy();
      void newConnections.destroy();
    },
  };
}

function readApiRoot(apiRoot: string): string {
  const url = URL.canParse(apiRoot) ? new URL(apiRoot) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new TypeError('apiRoot must be an http: or https: URL, such as https://api.telegram.org');
  }
  // Without the slash, `new URL` would drop the last segment of a path in front of `/bot<token>`.
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}
