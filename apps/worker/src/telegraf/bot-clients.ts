import { AsyncLocalStorage } from 'node:async_hooks';
import type { Telegram } from 'telegraf';
import type { LateCalls } from '../late-calls.js';
import type { Notice } from './inert-methods.js';

type CallApi = (method: string, payload: object, options?: object) => Promise<unknown>;

interface ApiClient {
  token: string;
  options: { apiRoot: string };
  callApi(...args: Parameters<CallApi>): Promise<unknown>;
}

type ApiClientClass = new (...args: never[]) => ApiClient;

/** Where the calls of a bot's own clients go. */
export interface ClientTarget {
  token: string;
  apiRoot: string | undefined;
  telegram: Telegram;
}

/** The clients that a bot creates: `bot.telegram`, `new Telegram()`. */
export interface BotClients {
  /** Routes the calls of all clients that are created from now on. */
  attach(target: ClientTarget): void;
  /** Replaces the class of clients that a copy of Telegraf exports. */
  patch(library: { default: ApiClientClass }): void;
  /** Does the same in the class itself, for classes that already extend it. Clients are then not adopted. */
  patchInPlace(client: ApiClientClass): void;
  /**
   * Treats the client of a `Telegraf` instance as one of this bot, whatever its token is, until `choose` is called. A
   * test runs several bots, and `choose` does not affect their clients.
   */
  adopt(client: object, isOfTest?: boolean): void;
  /** Names the running bot's client. Adopted clients of other bots get their tokens back; new ones are left alone. */
  choose(client: object | undefined): void;
  /** Runs a turn. Until it ends, clients use the turn's own client, so that a repeated turn does not repeat calls. */
  duringTurn(telegram: Telegram, run: () => Promise<void>): Promise<void>;
}

const receives = 'does nothing in a worker: Chatlane receives the updates. Remove the call.';

/**
 * Sends the calls of a bot's own clients through the worker's client, with its server, limits and metrics. A client
 * with the token of another bot is left alone.
 */
export function createBotClients(notice: Notice, late: Pick<LateCalls, 'sent'>): BotClients {
  let target: ClientTarget | undefined;
  let isUsed = false;
  let isChosen = false;
  /** The tokens and servers that adopted clients of other bots had before. */
  const foreign = new Map<ApiClient, { token: string; apiRoot: string }>();
  const turns = new AsyncLocalStorage<{ telegram: Telegram | undefined }>();

  const call: CallApi = async (method, payload, options) => {
    if (method === 'getUpdates') {
      throw new Error('getUpdates must not be called in a worker: Chatlane receives the updates.');
    }
    if (method === 'setWebhook' || method === 'deleteWebhook') {
      notice(method, `${method} ${receives}`);
      return true;
    }
    const turn = turns.getStore();
    if (turn && !turn.telegram) late.sent(method);
    const telegram = turn?.telegram ?? target!.telegram;
    return telegram.callApi(method as never, payload as never, options);
  };

  function adopt(client: ApiClient): void {
    if (target === undefined) return;
    isUsed = true;
    client.token = target.token;
    if (target.apiRoot !== undefined) client.options.apiRoot = target.apiRoot;
  }

  return {
    attach: (to) => void (target = to),
    adopt(given, isOfTest = false) {
      const client = given as ApiClient;
      if (target && !isOfTest && !isOfBot(client, target)) {
        if (isChosen) return;
        foreign.set(client, { token: client.token, apiRoot: client.options.apiRoot });
      }
      adopt(client);
    },
    choose(client) {
      isChosen = true;
      for (const [each, { token, apiRoot }] of foreign) {
        if (each === client) {
          notice(
            'token',
            'new Telegraf() has the token of another bot, but its calls use BOT_TOKEN.',
          );
        } else {
          each.token = token;
          each.options.apiRoot = apiRoot;
        }
      }
      foreign.clear();
    },
    patch(library) {
      const { default: Original } = library;
      class RoutedClient extends Original {
        constructor(...args: never[]) {
          super(...args);
          const isOurs = this.callApi !== RoutedClient.prototype.callApi;
          if (target && !isOurs && isOfBot(this, target)) adopt(this);
        }

        override callApi(...args: Parameters<CallApi>): Promise<unknown> {
          return target && isOfBot(this, target) ? call(...args) : super.callApi(...args);
        }
      }
      library.default = RoutedClient;
    },
    patchInPlace({ prototype }) {
      const client = prototype as { callApi: CallApi };
      const { callApi } = client;
      client.callApi = function routed(this: ApiClient, ...args) {
        return target && isOfBot(this, target) ? call(...args) : callApi.apply(this, args);
      };
    },
    async duringTurn(telegram, run) {
      if (!isUsed) return run();
      const turn: { telegram: Telegram | undefined } = { telegram };
      try {
        await turns.run(turn, run);
      } finally {
        // Timers that the handler has set call Telegram outside of the turn.
        turn.telegram = undefined;
      }
    },
  };
}

/** A value that does not look like a token is a placeholder. */
function isOfBot({ token }: ApiClient, target: ClientTarget): boolean {
  const [id] = /^\d+(?=:)/.exec(token ?? '') ?? [];
  return id === undefined || target.token.startsWith(`${id}:`);
}
