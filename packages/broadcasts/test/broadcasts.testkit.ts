import { connectRedis, type Redis } from '@chatlane/redis';
import { startRedisServer } from '@chatlane/testing';
export { until } from '@chatlane/testing';
import {
  createBroadcastRunner,
  createBroadcasts,
  type BroadcastDraft,
  type BroadcastRunner,
  type BroadcastRunnerOptions,
  type Broadcasts,
  type BroadcastSender,
  type RecipientResult,
  type SendResult,
} from '../src/index.js';
import { broadcastKeys, type BroadcastKeys } from '../src/keys.js';

/** Short enough for a test, long enough for a busy machine. */
export const leaseMs = 2_000;

/** Broadcasts of one deployment, with its own name on a shared Redis. */
export interface TestBroadcasts {
  redis: Redis;
  name: string;
  keys: BroadcastKeys;
  broadcasts: Broadcasts;
  /** Another deployment on the same Redis. */
  another(): TestBroadcasts;
  connect(): Redis;
  /** Starts a runner that sends with this sender. */
  runner(sender: BroadcastSender, more?: Partial<BroadcastRunnerOptions>): Promise<BroadcastRunner>;
  /** Creates, previews and starts a broadcast to chats 1 to `recipients`. Resolves with its id. */
  started(recipients: number, draft?: Partial<BroadcastDraft>, at?: number): Promise<number>;
  results(id: number): Promise<RecipientResult[]>;
  stop(): Promise<void>;
}

export async function startBroadcasts(): Promise<TestBroadcasts> {
  const server = await startRedisServer();
  const made: TestBroadcasts[] = [];
  const another = (): TestBroadcasts => {
    const deployment = openDeployment(server.url, `test${made.length}`, another);
    made.push(deployment);
    return deployment;
  };
  const first = another();
  return {
    ...first,
    async stop() {
      await Promise.all(made.map((each) => each.stop()));
      await server.stop();
    },
  };
}

export const chats = (count: number): number[] =>
  Array.from({ length: count }, (_each, index) => index + 1);

function openDeployment(url: string, name: string, another: () => TestBroadcasts): TestBroadcasts {
  const connections: Redis[] = [];
  const runners: BroadcastRunner[] = [];
  const connect = (): Redis => {
    const redis = connectRedis({ url, name, whenDown: 'wait' });
    connections.push(redis);
    return redis;
  };
  const redis = connect();
  const broadcasts = createBroadcasts({ redis, name });
  return {
    redis,
    name,
    keys: broadcastKeys(name),
    broadcasts,
    another,
    connect,
    async runner(sender, more = {}) {
      const runner = createBroadcastRunner({ redis, name, sender, leaseMs, ...more });
      await runner.start();
      runners.push(runner);
      return runner;
    },
    async started(recipients, draft = {}, at) {
      const id = await broadcasts.create({ content: { message: { text: 'hello' } }, ...draft });
      await broadcasts.addRecipients(id, chats(recipients));
      const { code } = await broadcasts.preview(id, { chatId: 1, sender: new TestSender() });
      await broadcasts.start(id, { code, ...(at !== undefined && { at }) });
      return id;
    },
    async results(id) {
      const results: RecipientResult[] = [];
      for await (const result of broadcasts.results(id)) results.push(result);
      return results;
    },
    async stop() {
      await Promise.all(runners.map((runner) => runner.stop(AbortSignal.timeout(2_000))));
      await broadcasts.close();
      for (const each of connections) each.disconnect();
    },
  };
}

/** Sends nothing, and counts what each chat would have received. */
export class TestSender implements BroadcastSender {
  /** The chat ids, in the order in which messages left. */
  readonly left: number[] = [];
  /** When each of them left. */
  readonly leftAt: number[] = [];
  /** The outcome of a message that has left; awaited after it is counted. Default: sent. */
  answer: (chatId: number) => SendResult | Promise<SendResult> = () => ({ outcome: 'sent' });
  /** What happens before a message may leave. Default: nothing. */
  wait: (chatId: number, signal: AbortSignal) => Promise<void> = () => Promise.resolve();

  async send(
    ...[call, { begin, signal }]: Parameters<BroadcastSender['send']>
  ): Promise<SendResult> {
    const chatId = call.payload['chat_id'] as number;
    await this.wait(chatId, signal);
    if (signal.aborted || !(await begin().catch(() => false))) return { outcome: 'not-sent' };
    this.left.push(chatId);
    this.leftAt.push(performance.now());
    return this.answer(chatId);
  }

  /** Chats that received more than one message. */
  repeated(): number[] {
    const seen = new Set<number>();
    return this.left.filter((chat) => seen.size === seen.add(chat).size);
  }
}
