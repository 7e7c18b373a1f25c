import { setTimeout as sleep } from 'node:timers/promises';
import type { BroadcastSender, BroadcastStatus } from '@chatlane/broadcasts';
import { FIRST, startBroadcastSystem, type BroadcastSystem } from '../broadcasts/system.js';
import { atRate } from '../pace.js';
import type { Scenario } from '../result.js';
import { quantile } from '../statistics.js';

interface Size {
  recipients: number;
  /** Messages per second that the deployment allows. */
  allowed: number;
  kills: number;
  killEveryMs: number;
  /** How long replies, and the rate, are measured without kills. */
  measureMs: number;
}

const FULL: Size = {
  recipients: 1_000_000,
  allowed: 1_500,
  kills: 20,
  killEveryMs: 20_000,
  measureMs: 30_000,
};
const QUICK: Size = {
  recipients: 6_000,
  allowed: 400,
  kills: 1,
  killEveryMs: 1_000,
  measureMs: 3_000,
};

/** Users who write to the bot meanwhile, and how many messages they write per second. */
const USERS = 500;
const SAYS_PER_SECOND = 50;

/** Does not send the preview, which is not measured. */
const noSender: BroadcastSender = { send: () => Promise.resolve({ outcome: 'sent' }) };

/**
 * A broadcast to a million chats while users write to the bot, and while workers are killed. Telegram answers at once, so
 * only the allowed rate, the workers and Redis limit the broadcast.
 */
export const broadcast: Scenario = async ({ quick }) => {
  const size = quick ? QUICK : FULL;
  const system = await startBroadcastSystem(size.recipients, size.allowed);
  try {
    await replyMs(system, size.measureMs / 3);
    const alone = await replyMs(system, size.measureMs);
    const emptyBytes = await system.redisBytes();
    const perRecipient = async (): Promise<number> =>
      ((await system.redisBytes()) - emptyBytes) / size.recipients;
    const id = await prepare(system, size.recipients);
    const bytesOfDraft = await perRecipient();
    const { code } = await system.broadcasts.preview(id, { chatId: 1, sender: noSender });
    await system.broadcasts.start(id, { code });
    const startedAt = performance.now();
    await untilRuns(system);

    const [before, sinceMs] = [await system.arrived(), performance.now()];
    const during = await replyMs(system, size.measureMs);
    const sent = (await system.arrived()) - before;
    const rate = (sent * 1_000) / (performance.now() - sinceMs);
    const firstMiB = await system.workerMiB();
    for (let kill = 0; kill < size.kills; kill += 1) {
      await system.killWorker();
      await sleep(size.killEveryMs);
    }
    const { status, largestMiB } = await untilFinished(system, id);
    const seconds = (performance.now() - startedAt) / 1_000;
    return {
      scenario: 'broadcast',
      systems: [
        {
          name: 'chatlane',
          recipients: size.recipients,
          kills: size.kills,
          seconds,
          perSecond: rate,
          sent: status.counts.sent,
          unknown: status.counts.unknown,
          ...(await comparedWith(system, id)),
          replyP50Ms: quantile(during, 0.5),
          replyP99Ms: quantile(during, 0.99),
          workerMiB: firstMiB,
          workerMiBAtTheEnd: largestMiB,
          redisBytesPerRecipient: await perRecipient(),
          redisBytesWhileADraft: bytesOfDraft,
        },
        {
          name: 'without the broadcast',
          replyP50Ms: quantile(alone, 0.5),
          replyP99Ms: quantile(alone, 0.99),
        },
      ],
      ratios: [
        {
          what: 'messages per second while no worker is killed, over the rate that is allowed',
          value: rate / size.allowed,
          goal: { atLeast: 0.95 },
        },
        {
          what: 'outcomes over recipients',
          value: outcomesOf(status) / size.recipients,
          goal: { atLeast: 1 },
        },
        {
          what: "replies' p99 during the broadcast, over that without",
          value: quantile(during, 0.99) / quantile(alone, 0.99),
          goal: { atMost: 1.2 },
        },
      ],
    };
  } finally {
    await system.stop();
  }
};

async function prepare({ broadcasts }: BroadcastSystem, recipients: number): Promise<number> {
  const id = await broadcasts.create({ content: { message: { text: 'news' } } });
  function* audience(): Generator<number> {
    for (let index = 0; index < recipients; index += 1) yield FIRST + index;
  }
  await broadcasts.addRecipients(id, audience());
  return id;
}

/** The milliseconds from an update's arrival to its reply, for all updates sent within `forMs`. */
async function replyMs(system: BroadcastSystem, forMs: number): Promise<number[]> {
  await system.replies();
  const saidAt: number[] = [];
  await atRate(SAYS_PER_SECOND, Math.ceil((SAYS_PER_SECOND * forMs) / 1_000), async (index) => {
    saidAt[index] = Date.now();
    await system.say(1 + (index % USERS), String(index));
  });
  const tookMs: number[] = [];
  while (tookMs.length < saidAt.length) {
    await sleep(50);
    for (const [text, at] of await system.replies()) tookMs.push(at - saidAt[text]!);
  }
  return tookMs;
}

async function untilRuns(system: BroadcastSystem): Promise<void> {
  while ((await system.arrived()) === 0) await sleep(20);
}

async function untilFinished(
  system: BroadcastSystem,
  id: number,
): Promise<{ status: BroadcastStatus; largestMiB: number }> {
  let largestMiB = 0;
  for (;;) {
    const status = await system.broadcasts.status(id);
    largestMiB = Math.max(largestMiB, await system.workerMiB());
    if (status.state === 'finished') return { status, largestMiB };
    if (status.state !== 'running') throw new Error(`The broadcast is ${status.state}.`);
    await sleep(250);
  }
}

function outcomesOf({ counts }: BroadcastStatus): number {
  const { sent, blocked, unknown, failed } = counts;
  return sent + blocked + unknown + failed + counts['opted-out'];
}

/** Compares the outcomes with what has arrived. */
async function comparedWith(
  system: BroadcastSystem,
  id: number,
): Promise<{ broadcastLost: number; broadcastDoubled: number; unknownArrived: number }> {
  const counts = await system.counts();
  let broadcastLost = 0;
  let unknownArrived = 0;
  for await (const { chatId, outcome } of system.broadcasts.results(id)) {
    const arrived = counts[chatId - FIRST]!;
    if (outcome === 'unknown') unknownArrived += Math.min(1, arrived);
    else if (outcome !== 'sent' || arrived === 0) broadcastLost += 1;
  }
  return {
    broadcastLost,
    broadcastDoubled: counts.filter((each) => each > 1).length,
    unknownArrived,
  };
}
