import { readUpdate } from '@chatlane/contracts';
import { lanePrefix, openDeployment, type LaneWorker, type Turn } from '@chatlane/lanes';
import type { TurnInfo } from '@chatlane/middleware';
import { connectRedis, type Redis } from '@chatlane/redis';
import { botInfo, laneSettings, startRedisServer, until } from '@chatlane/testing';
import { Context } from 'telegraf';
import type { Update } from 'telegraf/types';
import { contentsOf, type ActingChat } from './act-updates.js';
import { CODE, say, type Act } from './acts.js';
import { RecordingTelegram } from './recording-telegram.js';

const NAME = 'in-process';

/** A bot in one of its versions. */
export interface BotOfVersion {
  middleware(): (ctx: never, next: () => Promise<void>) => unknown;
}

/** Two workers on real lanes in this process, with a Telegram client that only records. */
export interface InProcessSystem {
  redis: Redis;
  /** Runs a sequence in a new chat, then sends /help. */
  run(acts: readonly Act[], options: RunOptions): Promise<Outcome>;
  stop(): Promise<void>;
}

interface RunOptions {
  /** The version that both workers start with. */
  from: number;
  /** The user's session before the sequence. */
  session?: object;
  /** The last one-time code. */
  code?: () => string;
  /** Runs after the sequence, before /help. */
  then?: (talk: Talk) => Promise<void>;
}

/** A running conversation. */
export interface Talk {
  /** The bot's texts so far. */
  readonly texts: readonly string[];
  perform(act: Act): Promise<void>;
  /** The stored session. */
  session(): Promise<unknown>;
}

export interface Outcome {
  /** All texts of the bot, in order. */
  texts: string[];
  /** The stored session at the end. */
  session: unknown;
  /** The names of the counters that the middleware incremented. */
  counted: string[];
  /** The error messages of the dead letters. */
  buried: string[];
  /** The number of turns whose worker died. */
  deaths: number;
}

interface Chat extends ActingChat {
  counted: string[];
  deaths: number;
  /** Update id -> the Bot API call at which its first attempt dies. */
  dies: Map<number, number>;
}

/** @param botOf creates the bot of a version; called for every worker that starts */
export async function startInProcessSystem(
  botOf: (version: number, redis: Redis) => BotOfVersion,
): Promise<InProcessSystem> {
  const server = await startRedisServer();
  const connect = (whenDown: 'wait' | 'fail-fast'): Redis =>
    // A long timeout, so that a sequence has the same outcome on a busy machine.
    connectRedis({ url: server.url, name: 'test', whenDown, commandTimeoutMs: 60_000 });
  const [redis, failFast] = [connect('wait'), connect('fail-fast')];
  await redis.ping();
  await until(() => failFast.status === 'ready');
  const deployment = openDeployment({ redis, fast: failFast, name: NAME });
  const intake = deployment.intake();
  const { operator } = deployment;
  const chats = new Map<number, Chat>();
  let [lastChat, lastUpdate] = [1000, 0];
  const workers: { version: number; worker: LaneWorker; redis: Redis }[] = [];

  async function startWorker(version: number): Promise<void> {
    const middleware = botOf(version, redis).middleware();
    const own = connect('wait');
    const worker = openDeployment({ redis: own, name: NAME }).worker({
      handle: (turn) => handle(middleware, turn),
      ...laneSettings,
      turns: 4,
      turnTimeoutMs: 60_000,
      graceMs: 20,
      maxAttempts: 4,
      backOffMs: () => 2,
      // Outbox entries, such as download requests, are discarded.
      deliver: () => Promise.resolve(),
    });
    await worker.start();
    workers.push({ version, worker, redis: own });
  }

  async function stopWorker(): Promise<void> {
    const oldest = workers.shift();
    await oldest?.worker.stop(AbortSignal.abort());
    oldest?.redis.disconnect();
  }

  async function handle(
    middleware: ReturnType<BotOfVersion['middleware']>,
    turn: Turn,
  ): Promise<void> {
    const chat = chats.get(Number(turn.lane.split(':')[1]))!;
    if (turn.event.type !== 'update') throw new Error('Only updates are supported.');
    const update = turn.event.update as unknown as Update;
    let calls = 0;
    let die = (): void => undefined;
    const died = new Promise<never>((_, reject) => {
      die = () => {
        chat.deaths += 1;
        reject(new Error('the worker died'));
      };
    });
    const dies = turn.attempt === 1 ? chat.dies.get(update.update_id) : undefined;
    const telegram = new RecordingTelegram(chat, () => {
      calls += 1;
      if (calls - 1 !== dies) return true;
      die();
      return false;
    });
    const { lane, attempt, lastAttempt, signal, sessionKey, sessions, outbox } = turn;
    const info: TurnInfo = {
      ...{ lane, eventId: String(update.update_id), attempt, lastAttempt, signal, sessionKey },
      sessions,
      outbox,
      count: (what) => chat.counted.push(what),
    };
    const context: Context = new Context(update, telegram, botInfo);
    const ctx = Object.assign(context, { turn: info });
    const run = async (): Promise<void> => {
      await middleware(ctx as never, () => Promise.resolve());
      // Dies after everything is staged, before the lane's commit.
      if (dies !== undefined && calls <= dies) die();
    };
    // A call of a dead worker never returns, so the handler itself may never end.
    await Promise.race([run(), died]);
    if (dies !== undefined && calls <= dies) await died;
  }

  async function untilQuiet(): Promise<void> {
    await until(async () => {
      const { oldestEventMs, held, waking, resting } = await deployment.stats();
      return oldestEventMs + held + waking + resting === 0;
    }, 'lanes without mail');
  }

  async function push(chat: Chat, content: object, dies?: number): Promise<void> {
    lastUpdate += 1;
    if (dies !== undefined) chat.dies.set(lastUpdate, dies);
    const update = { update_id: lastUpdate, ...content };
    await intake.push(readUpdate(update)!, Buffer.from(JSON.stringify(update)));
  }

  async function perform(chat: Chat, act: Act): Promise<void> {
    if (act.act === 'deploy') {
      await startWorker(act.version);
      await stopWorker();
      if (act.workers === 'one') return;
      await startWorker(act.version);
      return stopWorker();
    }
    // Pushed without waiting in between, because the lane keeps them in order.
    for (const content of contentsOf(chat, act)) await push(chat, content, act.dies);
    await untilQuiet();
  }

  return {
    redis,
    async run(acts, { from, session, then, code = () => CODE }) {
      while (workers.length < 2) await startWorker(from);
      for (const other of workers.filter(({ version }) => version !== from)) {
        workers.sort((a) => (a === other ? -1 : 0));
        await startWorker(from);
        await stopWorker();
      }
      const id = (lastChat += 1);
      const chat: Chat = {
        id,
        texts: [],
        shown: [],
        counted: [],
        deaths: 0,
        dies: new Map(),
        code,
      };
      chats.set(id, chat);
      const key = `${lanePrefix(NAME, `c:${id}`)}:session:c:${id}:${id}`;
      if (session) await redis.set(key, JSON.stringify(session));
      const talk: Talk = {
        texts: chat.texts,
        perform: (act) => perform(chat, act),
        async session() {
          const json = await redis.get(key);
          return json === null ? undefined : (JSON.parse(json) as unknown);
        },
      };
      for (const act of acts) await talk.perform(act);
      await then?.(talk);
      await talk.perform(say('/help'));
      const letters = await operator.deadLetters.list();
      const buried = letters
        .filter(({ lane }) => lane === `c:${id}`)
        .map(({ error }) => error.message);
      const { texts, counted, deaths } = chat;
      return { texts, counted, deaths, buried, session: await talk.session() };
    },
    async stop() {
      while (workers.length > 0) await stopWorker();
      await Promise.all([intake.close(), deployment.close()]);
      [redis, failFast].forEach((each) => each.disconnect());
      await server.stop();
    },
  };
}
