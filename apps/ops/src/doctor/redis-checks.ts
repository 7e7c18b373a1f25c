import { assessRedis } from '@chatlane/redis';
import { bytes, span } from '../output/format.js';
import type { RedisNode } from '../redis-nodes.js';
import { finding, note, ok, type Examined, type Finding } from './finding.js';

/** Above this share of maxmemory, new events will soon be refused. */
const FULL = 0.85;

/** A larger clock difference confuses people who compare Telegram's dates and the logs of several machines. */
const SKEW_MS = 2_000;

/** A worker requests a rewrite of the append-only file as soon as it is connected. */
const REWRITE_REQUEST_MS = 30_000;

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
  const found = assessRedis(facts).map(({ level, node, problem, remedy }) => {
    const message = `Redis at ${node} ${problem}.`;
    return level === 'note' ? note('redis', message) : finding('redis', message, remedy);
  });
  if (found.some(({ state }) => state === 'finding')) return found;
  return [ok('redis', `Redis at ${facts.node} is configured to keep what it confirms.`), ...found];
}

function memory({ facts, usedMemory, maxmemory }: RedisNode): Finding {
  const usage = `Redis at ${facts.node} uses ${bytes(usedMemory)}`;
  if (maxmemory === 0) return ok('memory', `${usage}, without a limit.`);
  return usedMemory > maxmemory * FULL
    ? finding(
        'memory',
        `${usage} of ${bytes(maxmemory)}: new updates will soon be refused and kept at Telegram.`,
        'Raise maxmemory; `lanes list` shows where events pile up, `dead list` the dead letters.',
      )
    : ok('memory', `${usage} of ${bytes(maxmemory)}.`);
}

function disk({ facts, lastWriteFailed }: RedisNode): Finding[] {
  if (!lastWriteFailed) return [];
  return [
    finding(
      'redis-disk',
      `The last disk write of Redis at ${facts.node} failed.`,
      'Read the log of Redis; usually the disk is full or not writable.',
    ),
  ];
}

/** See append-only-file.ts of @chatlane/redis for why this matters. */
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
  const risk = 'if it is killed in the middle of a write, it loses events on the second restart';
  const found = (what: string, advice: string): Finding[] => [
    finding(check, `Redis at ${node} ${what}: ${risk}.`, advice),
  ];
  if (file.forbiddenTo !== undefined) {
    return found(
      `does not allow the user ${file.forbiddenTo} to rewrite its append-only file (BGREWRITEAOF)`,
      `As an administrator: run \`${cli} ACL SETUSER ${file.forbiddenTo} +bgrewriteaof\`, and persist it (ACL SAVE, users.acl or redis.conf); ` +
        'otherwise run BGREWRITEAOF yourself after each start of Redis.',
    );
  }
  if (file.rewritten === 'failed') {
    return found(
      'failed to rewrite its append-only file',
      `Read its log: usually it lacks disk space, or memory to fork (vm.overcommit_memory=1). Then run \`${cli} BGREWRITEAOF\`.`,
    );
  }
  if (file.rewritten === 'no' && hasWorkers && uptimeMs > REWRITE_REQUEST_MS) {
    return found(
      'has not rewritten its append-only file since its start, although workers request it',
      `Run \`${cli} BGREWRITEAOF\`, and search the workers' log for 'append-only file'.`,
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
    "Run NTP on both. Lanes use Redis's clock only, but logs and session expiry are affected.",
  );
}
