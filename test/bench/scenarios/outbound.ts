import { setTimeout as sleep } from 'node:timers/promises';
import { measureBulk } from '../outbound/bulk.js';
import { measureConversation } from '../outbound/conversation.js';
import {
  peerNames,
  startOutbound,
  type OutboundSystem,
  type SystemName,
} from '../outbound/system.js';
import type { Figures, Scenario } from '../result.js';

interface Lengths {
  /** Recipients of the broadcast. */
  chats: number;
  stormMs: number;
  retryAfterSeconds: number;
  outageMs: number;
  /** Milliseconds to wait for replies after the trouble. A peer that has lost replies waits the full time. */
  patienceMs: number;
  peerPatienceMs: number;
}

const FULL: Lengths = {
  chats: 1_200,
  stormMs: 15_000,
  retryAfterSeconds: 5,
  outageMs: 60_000,
  patienceMs: 120_000,
  peerPatienceMs: 120_000,
};
const QUICK: Lengths = {
  chats: 60,
  stormMs: 2_000,
  retryAfterSeconds: 1,
  outageMs: 4_000,
  patienceMs: 30_000,
  peerPatienceMs: 2_000,
};
const STORM_CHATS = 100;
const OUTAGE_CHATS = 200;

/**
 * The effect of Telegram's limits, a storm of 429s and an outage on what a bot sends. Chatlane and three peers run at the
 * same time, each in four processes and with its own simulator.
 */
export const outbound: Scenario = async ({ quick }) => {
  const peers = Object.keys(peerNames) as SystemName[];
  // With four processes per system, the quick run in tests uses only one peer.
  const names: SystemName[] = ['chatlane', ...(quick ? peers.slice(0, 1) : peers)];
  const systems = await Promise.all(names.map((name) => measure(name, quick ? QUICK : FULL)));
  const own = systems[0] as Record<string, number>;
  return {
    scenario: 'outbound',
    systems,
    ratios: [
      {
        what: 'broadcast messages per second, over the 30 that Telegram allows',
        value: own['bulkShare']!,
        goal: { atLeast: 0.95 },
      },
      {
        what: 'broadcast calls answered 429 after the first second',
        value: own['bulk429']!,
        goal: { atMost: 0 },
      },
      ...['bulk', 'storm', 'outage'].map((part) => ({
        what: `${part}: messages lost or sent twice`,
        value: own[`${part}Lost`]! + own[`${part}Doubled`]!,
        goal: { atMost: 0 },
      })),
    ],
  };
};

async function measure(name: SystemName, lengths: Lengths): Promise<Figures> {
  const system = await startOutbound(name);
  try {
    const { retryAfterSeconds } = lengths;
    const patienceMs = name === 'chatlane' ? lengths.patienceMs : lengths.peerPatienceMs;
    const bulk = await measureBulk(system, lengths.chats);
    const storm = await measureConversation({
      system,
      firstChat: STORM_CHATS,
      trouble: () => storms(system, lengths),
      waitMs: retryAfterSeconds * 1_000,
      patienceMs,
    });
    const outage = await measureConversation({
      system,
      firstChat: OUTAGE_CHATS,
      trouble: () => outages(system, lengths),
      waitMs: 0,
      patienceMs,
    });
    return {
      name: name === 'chatlane' ? name : peerNames[name],
      bulkShare: bulk.share,
      bulk429: bulk.refusedLater,
      bulkLost: bulk.lost,
      bulkDoubled: bulk.doubled,
      stormReplies: storm.replies,
      stormLost: storm.lost,
      stormLate: storm.late,
      stormDoubled: storm.doubled,
      outageReplies: outage.replies,
      outageLost: outage.lost,
      outageLate: outage.late,
      outageDoubled: outage.doubled,
    };
  } finally {
    await system.stop();
  }
}

/** Answers half of all calls with 429. */
async function storms(system: OutboundSystem, lengths: Lengths): Promise<void> {
  const { stormMs: forMs, retryAfterSeconds: retryAfter } = lengths;
  await system.fault({ kind: 'call-429', share: 0.5, retryAfter, forMs });
  await sleep(forMs);
}

/** Telegram first answers 502, then refuses connections. */
async function outages(system: OutboundSystem, { outageMs }: Lengths): Promise<void> {
  const half = outageMs / 2;
  await system.fault({ kind: 'call-5xx', status: 502, forMs: half });
  await sleep(half);
  await system.refuse(() => sleep(half));
}
