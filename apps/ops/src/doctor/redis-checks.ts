import { judgeRedis } from '@chatlane/lanes';
import { bytes, span } from '../output/words.js';
import type { RedisNode } from '../redis-nodes.js';
import { finding, note, ok, type Examined, type Finding } from './finding.js';

/** Beyond this share of maxmemory, new mail is near to being refused. */
const FULL = 0.85;

/** Telegram's dates and the logs of several machines are compared by people: more than this confuses them. */
const SKEW_MS = 2_000;

export function checkRedis({ redis, clock }: Examined): Finding[] {
  return [
    ...redis.flatMap((node) => [...settings(node), memory(node), ...disk(node)]),
    clockSkew(clock),
  ];
}

function settings({ facts }: RedisNode): Finding[] {
  const found = judgeRedis(facts).map(({ level, node, problem, remedy }) => {
    const message = `Redis at ${node} ${problem}.`;
    return level === 'note' ? note('redis', message) : finding('redis', message, remedy);
  });
  if (found.some(({ state }) => state === 'finding')) return found;
  return [ok('redis', `Redis at ${facts.node} keeps what it confirms.`), ...found];
}

function memory({ facts, usedMemory, maxmemory }: RedisNode): Finding {
  const told = `Redis at ${facts.node} uses ${bytes(usedMemory)}`;
  if (maxmemory === 0) return ok('memory', `${told}, without a limit.`);
  return usedMemory > maxmemory * FULL
    ? finding(
        'memory',
        `${told} of ${bytes(maxmemory)}: soon new mail is refused, and waits at Telegram.`,
        'Raise maxmemory; `lanes list` shows where mail piles up, `dead list` what is kept.',
      )
    : ok('memory', `${told} of ${bytes(maxmemory)}.`);
}

function disk({ facts, lastWriteFailed }: RedisNode): Finding[] {
  if (!lastWriteFailed) return [];
  return [
    finding(
      'redis-disk',
      `The last write of Redis at ${facts.node} to its disk failed.`,
      "Read Redis's log; most often the disk is full or not writable.",
    ),
  ];
}

function clockSkew({ aheadMs, uncertainMs }: Examined['clock']): Finding {
  const off = Math.abs(aheadMs) - uncertainMs;
  if (off <= SKEW_MS) return ok('clock', "This machine's clock agrees with Redis's.");
  return finding(
    'clock',
    `This machine's clock is ${span(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} Redis's.`,
    "Run NTP on both. Lanes go by Redis's clock alone; logs and session lives suffer.",
  );
}
