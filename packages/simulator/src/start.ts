import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import type { Call } from './api/call-log.js';
import type { CallScript } from './api/scripted-calls.js';
import type { Delivery } from './delivery/delivery-log.js';
import { createSimulatorServer } from './http-server.js';
import { adopt } from './play/adopt.js';
import { createPeople, type People } from './play/people.js';
import { typedText } from './play/typed-text.js';
import { createSimulator, type Simulator, type SimulatorOptions } from './simulator.js';
import type { Message } from './world/message.js';

/** An answer of the Bot API, with its HTTP status. */
export interface ApiAnswer {
  /** The HTTP status. */
  http: number;
  /** The `Retry-After` header, in seconds; null when there is none. */
  retryAfterHeader: string | null;
  /** Whether the call succeeded. */
  ok: boolean;
  /** What the method returned; absent on an error. */
  result?: unknown;
  /** Describes the error; some methods describe their success, too. */
  description?: string;
  /** The Bot API's code of the error, equal to the HTTP status; absent on success. */
  error_code?: number;
  /** How to recover: the seconds to wait, or the supergroup that the group became. */
  parameters?: { retry_after?: number; migrate_to_chat_id?: number };
}

/** A simulator that listens on a port of this machine: the state inside it, and clients for its HTTP side. */
export interface RunningSimulator extends Omit<
  Simulator,
  'stop' | 'calls' | 'deliveries' | 'scripts'
> {
  /** Its address, without a slash at the end. It is the root of the Bot API and of `/play`. */
  url: string;
  /** Calls a Bot API method over HTTP, as a bot does. */
  api: (method: string, params?: object) => Promise<ApiAnswer>;
  /** Reads from the people's side: `get('chats')` is `GET /play/chats`. */
  get<T>(path: string): Promise<T>;
  /** Acts on the people's side: `post('messages', { chat_id, from_id, text })`. Resolves to the answer, also to an error. */
  post<T = Record<string, unknown>>(path: string, body: object): Promise<T>;
  /** What people do; `post` does the same over HTTP. */
  people: People;
  /** A user writes to the bot in their private chat, both of which are created when needed. */
  say(userId: number, text: string): Message;
  /**
   * Answers calls in the simulator's place: with an error that the simulator cannot produce, with a broken connection,
   * or only once the test continues. Returns a function that removes the script.
   */
  onCall(script: CallScript): () => void;
  /**
   * Adds the chat, message and query of a raw update to the world, so that the bot can answer it. The update itself is not
   * delivered.
   */
  adopt(update: object): void;
  /** Refuses all connections until the returned function is called. */
  goAway(): Promise<() => Promise<void>>;
  /** The newest calls of the bot, oldest first, and what each was answered. */
  calls(): Call[];
  /**
   * The newest deliveries of updates to the bot's webhook, oldest first. Updates that getUpdates returns are not logged.
   */
  deliveries(): Delivery[];
  /** The number of open connections to it. */
  connections(): Promise<number>;
  /** Ends all connections, deliveries and timers. */
  stop(): Promise<void>;
}

/**
 * Starts a simulator in this process, on a free port unless `port` is given. It listens on loopback only.
 *
 * @example
 * const telegram = await startSimulator();
 * const bot = new Telegraf(telegram.token, { telegram: { apiRoot: telegram.url } });
 * telegram.say(42, '/start');
 * await telegram.stop();
 *
 * @param options.anyHost accepts every Host header, for tests that reach it by another name
 * @throws Error when the port is in use
 */
export async function startSimulator(
  options: SimulatorOptions & { port?: number; page?: RequestListener; anyHost?: boolean } = {},
): Promise<RunningSimulator> {
  const { port = 0, page, anyHost = false, ...given } = options;
  const simulator = createSimulator(given);
  const people = createPeople(simulator);
  const server = createSimulatorServer(simulator, { anyHost, ...(page && { page }) });

  async function listen(on: number): Promise<void> {
    server.listen(on, '127.0.0.1');
    await once(server, 'listening');
  }

  async function close(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    // Event streams and long polls never end on their own.
    server.closeAllConnections();
    await closed;
  }

  await listen(port);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function send(path: string, body?: object): Promise<Response> {
    return fetch(`${url}/${path}`, {
      ...(body && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
  }

  const running = {
    async api(method: string, params: object = {}): Promise<ApiAnswer> {
      const response = await send(`bot${simulator.token}/${method}`, params);
      const answer = (await response.json()) as ApiAnswer;
      const retryAfterHeader = response.headers.get('retry-after');
      return { ...answer, http: response.status, retryAfterHeader };
    },
    get: async <T>(path: string) => (await (await send(`play/${path}`)).json()) as T,
    post: async <T>(path: string, body: object) =>
      (await (await send(`play/${path}`, body)).json()) as T,
  };
  return {
    ...simulator,
    ...running,
    url,
    people,
    say: (id, text) => people.say(id, id, typedText(text)),
    adopt(update) {
      for (const [kind, payload] of Object.entries(update)) adopt(simulator, kind, payload);
    },
    async goAway() {
      await close();
      return () => listen(Number(new URL(url).port));
    },
    onCall: (script) => simulator.scripts.add(script),
    deliveries: () => simulator.deliveries.list({}),
    calls: () => simulator.calls.list({}),
    connections: () => promisify(server.getConnections.bind(server))(),
    async stop() {
      await close();
      simulator.stop();
    },
  };
}
