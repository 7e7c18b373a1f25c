import { judgeRedis } from '@chatlane/lanes';
import { bytes, span } from '../output/words.js';
import type { RedisNode } from '../redis-nodes.js';
import { finding, note, ok, type Examined, type Finding } from './finding.js';

/** Beyond this share of maxmemory, new mail is near to being refused. */
const FULL = 0.85;

/** Telegram's dates and the logs of several machines are compared by people: more than this confuses them. */
const SKEW_MS = 2_000;

/** A worker asks for a new append-only file as soon as it is connected. */
const ASKED_WITHIN_MS = 30_000;

export function checkRedis({ redis, clock, lanes }: Examined): Finding[] {
  const hasWorkers = lanes.workers.length > 0;
  return [
    ...redis.flatMap((node) => [
      ...settings(node),
      memory(node),
      ...disk(node),
      ...appendOnlyFile(node, hasWorkers),
    ]),
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

/** Why it matters: append-only-file.ts of @chatlane/redis. */
function appendOnlyFile(
  { facts: { node }, uptimeMs, appendOnlyFile: file }: RedisNode,
  hasWorkers: boolean,
): Finding[] {
  if (!file) return [];
  const check = 'append-only-file';
  const [host, port] = [
    node.slice(0, node.lastIndexOf(':')),
    node.slice(node.lastIndexOf(':') + 1),
  ];
  const cli = `redis-cli -h ${host} -p ${port}`;
  const risk = 'killed in the middle of a write, it would lose events at its next start but one';
  const found = (what: string, advice: string): Finding[] => [
    finding(check, `Redis at ${node} ${what}: ${risk}.`, advice),
  ];
  if (file.forbiddenTo !== undefined) {
    return found(
      `does not let the user ${file.forbiddenTo} have its append-only file written anew (BGREWRITEAOF)`,
      `As an administrator: ${cli} ACL SETUSER ${file.forbiddenTo} +bgrewriteaof, and keep it (ACL SAVE, users.acl or redis.conf); ` +
        'if that cannot be, have BGREWRITEAOF carried out yourself after each start of Redis.',
    );
  }
  if (file.rewritten === 'failed') {
    return found(
      'could not write its append-only file anew',
      `Read its log: most often there is no disk for it, or no memory to fork (vm.overcommit_memory=1). Then: ${cli} BGREWRITEAOF.`,
    );
  }
  if (file.rewritten === 'no' && hasWorkers && uptimeMs > ASKED_WITHIN_MS) {
    return found(
      'has not written its append-only file anew since its start, as workers ask for',
      `${cli} BGREWRITEAOF, and read the workers' log for 'append-only file'.`,
    );
  }
  return [];
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
