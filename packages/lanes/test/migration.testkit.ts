import { readUpdate } from '@chatlane/contracts';
import type { Redis } from '@chatlane/redis';
import { laneSettings, startRedisServer, type RedisServer } from '@chatlane/testing';
import {
  openDeployment,
  type HandleTurn,
  type Intake,
  type LaneWorker,
  type LaneWorkerOptions,
  type Operator,
  type Turn,
} from '../src/index.js';
import { createPartitions, type Partitions } from '../src/partitions.js';
import { createWakeUps, type WakeUps } from '../src/wake-ups.js';
import { connectTo, recordingObserver, until, updateOf } from './lanes.testkit.js';

const name = 'test';
export const OLD = -55;
export const FROM = `c:${OLD}`;

/** A group that migrates, on a real Redis. */
export interface MigrationStage {
  server: RedisServer;
  redis: Redis;
  partitions: Partitions;
  wakeUps: WakeUps;
  intake: Intake;
  operator: Operator;
  /** The supergroup's id and lane. */
  newChat: number;
  to: string;
  /** Pushes a message of a user. */
  say(chat: number, updateId: number, user: number, fields?: object): ReturnType<Intake['push']>;
  /** Pushes the service message of the old chat, and of the new one. */
  sayTo(updateId: number): ReturnType<Intake['push']>;
  sayFrom(updateId: number): ReturnType<Intake['push']>;
  /** Every turn the bot saw: `<lane> <update> <session before>`. */
  seen: string[];
  /** How turns ended, and troubles. */
  recorded: ReturnType<typeof recordingObserver>;
  /** A bot that runs `before` and then adds each message to its user's session, except those with the text `quiet`. */
  worker(before?: HandleTurn, options?: Partial<LaneWorkerOptions>): Promise<LaneWorker>;
  session(lane: string, user: number): Promise<string | null>;
  mail(lane: string): Promise<string[]>;
  /** Resolves when all mail is handled and no move is in progress. */
  calm(): Promise<void>;
  stop(): Promise<void>;
}

/** `where`: whether the supergroup's lane is in the partition of the group's lane or in another one. */
export async function openStage(
  where: 'the same' | 'another' = 'another',
): Promise<MigrationStage> {
  const server = await startRedisServer();
  const { redis, fast, connect, disconnect } = await connectTo(server);
  const partitions = createPartitions(redis, name);
  let newChat = -1001234567890;
  const isSame = () => partitions.of(`c:${newChat}`) === partitions.of(FROM);
  while (isSame() !== (where === 'the same')) newChat -= 1;
  const deployment = openDeployment({ redis, fast, name });
  const intake = deployment.intake();
  const wakeUps = createWakeUps(redis, name);
  const workers: LaneWorker[] = [];
  const seen: string[] = [];
  const recorded = recordingObserver();

  const say: MigrationStage['say'] = (chat, updateId, user, fields) =>
    pushMessage(intake, chat, updateId, user, fields);

  return {
    server,
    redis,
    partitions,
    wakeUps,
    intake,
    operator: deployment.operator,
    newChat,
    to: `c:${newChat}`,
    say,
    sayTo: (updateId) => say(OLD, updateId, 1, { migrate_to_chat_id: newChat }),
    sayFrom: (updateId) => say(newChat, updateId, 1, { migrate_from_chat_id: OLD }),
    seen,
    recorded,
    async worker(before = () => Promise.resolve(), options = {}) {
      const worker = openDeployment({ redis: connect('wait'), name }).worker({
        handle: async (turn) => {
          await before(turn);
          await note(turn, seen);
        },
        ...laneSettings,
        observer: recorded.observer,
        ...options,
      });
      await worker.start();
      workers.push(worker);
      return worker;
    },
    session: (lane, user) => redis.get(partitions.of(lane).session(`${lane}:${user}`)),
    async mail(lane) {
      const stored = await redis.lrange(partitions.of(lane).mail(lane), 0, -1);
      return stored.map((envelope) => envelope.split('|')[1]!);
    },
    calm: () => untilCalm(redis, partitions),
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop(AbortSignal.timeout(2_000))));
      await Promise.all([intake.close(), deployment.close(), wakeUps.close()]);
      disconnect();
      await server.stop();
    },
  };
}

/** Pushes a message of a user in any group. */
function pushMessage(
  intake: Intake,
  chat: number,
  updateId: number,
  user: number,
  fields: object = { text: 'hi' },
): ReturnType<Intake['push']> {
  const message = { message_id: 1, date: 1, chat: { id: chat }, from: { id: user }, ...fields };
  const update = { update_id: updateId, message };
  return intake.push(readUpdate(update)!, Buffer.from(JSON.stringify(update)));
}

/** Adds the turn to `seen` and, unless it is quiet, to the session. */
async function note(turn: Turn, seen: string[]): Promise<void> {
  const session = await turn.sessions.get(turn.sessionKey!);
  seen.push(`${turn.lane} ${updateOf(turn)} ${session ?? '-'}`);
  if (isQuiet(turn)) return;
  turn.sessions.stage(turn.sessionKey!, `${session ?? ''}${updateOf(turn)},`);
}

/** Waits until no lane has mail, moves or is held. */
export async function untilCalm(redis: Redis, partitions: Partitions): Promise<void> {
  await until(async () => {
    const zsets = partitions.all.flatMap((keys) => [keys.oldest, keys.moving, keys.held]);
    const sizes = await Promise.all(zsets.map((zset) => redis.zcard(zset)));
    return sizes.every((size) => size === 0);
  });
}

function isQuiet({ event }: Turn): boolean {
  return event.type === 'update' && JSON.stringify(event.update).includes('"quiet"');
}

/** A handler that waits in the turn of one update until `open` is called. */
export function gate(updateId: number): {
  hold: HandleTurn;
  reached: () => boolean;
  open: () => void;
} {
  let reached = false;
  let open = false;
  return {
    async hold(turn) {
      if (updateOf(turn) !== updateId) return;
      reached = true;
      await until(() => open);
    },
    reached: () => reached,
    open: () => (open = true),
  };
}
