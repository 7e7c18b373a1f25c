import { readUpdate } from '@chatlane/contracts';
import { openDeployment, type Intake, type LaneWorker, type Turn } from '@chatlane/lanes';
import {
  giveTurn,
  session,
  sessionStoreChecks,
  type CheckedContext,
  type CheckedTurns,
  type OpenTurns,
} from '@chatlane/middleware';
import { connectRedis, type Redis } from '@chatlane/redis';
import { laneSettings, startRedisServer, type RedisServer } from '@chatlane/testing';
import { Context, Telegram } from 'telegraf';
import type { Update, UserFromGetMe } from 'telegraf/types';

let server: RedisServer;
let redis: Redis;
let intake: Intake;
let worker: LaneWorker;

/** The function to run on an update, and a callback for its commit. */
const sent = new Map<string, { run: (turn: Turn) => Promise<void>; committed: () => void }>();
let lastUpdateId = 0;

beforeAll(async () => {
  server = await startRedisServer();
  redis = connectRedis({ url: server.url, name: 'test', whenDown: 'wait' });
  const deployment = openDeployment({ redis, name: 'chatlane' });
  await deployment.claim();
  intake = deployment.intake();
  worker = deployment.worker({
    handle: (turn) => sent.get(idOf(turn))!.run(turn),
    ...laneSettings,
    turnTimeoutMs: 1_000,
    graceMs: 20,
    maxAttempts: 50,
    observer: {
      turnEnded({ eventId }, outcome) {
        if (outcome === 'done') sent.get(eventId)?.committed();
      },
    },
  });
  await worker.start();
});
afterAll(async () => {
  await worker.stop(AbortSignal.timeout(100));
  await intake.close();
  redis.disconnect();
  await server.stop();
});

const open: OpenTurns = (options = {}): CheckedTurns => {
  const middleware = session<CheckedContext>(options);
  return {
    async send(user, handle) {
      const id = (lastUpdateId += 1);
      const chat = { id: user, type: 'private' };
      const from = { id: user, is_bot: false, first_name: 'A' };
      const update = { update_id: id, message: { message_id: id, date: 1, chat, from, text: 'a' } };
      await new Promise<void>((committed, reject) => {
        const run = async (turn: Turn): Promise<void> => {
          const ctx = contextOf(turn);
          await middleware(ctx, async () => void (await handle(ctx)));
          ctx.afterSaving?.();
        };
        sent.set(String(id), { run, committed });
        intake.push(readUpdate(update)!, Buffer.from(JSON.stringify(update))).catch(reject);
      });
    },
  };
};

function idOf({ event }: Turn): string {
  return event.type === 'update' ? String(event.updateId) : event.id;
}

/** Creates the context as a worker does. */
function contextOf(turn: Turn): CheckedContext {
  const { lane, attempt, signal, sessionKey, sessions, event } = turn;
  const update = (event.type === 'update' ? event.update : {}) as unknown as Update;
  const context = new Context(update, new Telegram('1:token'), {} as UserFromGetMe);
  const info = { lane, eventId: idOf(turn), attempt, signal, sessionKey, sessions };
  return giveTurn(Object.assign(context, { session: undefined }), info, 1);
}

/** Checks that need turns of several lanes to share a session do not apply, because Redis refuses such keys. */
const checks = sessionStoreChecks.filter(({ needs }) => needs !== 'compare-and-set');

describe("the lanes' own sessions", () => {
  it.each(checks.map((check, index) => ({ ...check, user: 1_000 * (index + 1) })))(
    '$name',
    ({ run, user }) => run(open, user),
  );
});
