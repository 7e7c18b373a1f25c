import { bytes, span } from '../output/words.js';
import { finding, ok, type Examined, type Finding } from './finding.js';

/** Scripts use LPOP with a count, ZMSCORE and the like. */
const OLDEST_VERSION = [6, 2] as const;

/** Beyond this share of maxmemory, new mail is near to being refused. */
const FULL = 0.85;

/** Telegram's dates and the logs of several machines are compared by people: more than this confuses them. */
const SKEW_MS = 2_000;

export function checkRedis({ redis, clock }: Examined): Finding[] {
  return [
    version(redis.version),
    policy(redis.maxmemoryPolicy),
    memory(redis.usedMemory, redis.maxmemory),
    persistence(redis),
    clockSkew(clock),
  ];
}

function version(text: string): Finding {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  const tooOld =
    major < OLDEST_VERSION[0] || (major === OLDEST_VERSION[0] && minor < OLDEST_VERSION[1]);
  return tooOld
    ? finding('redis-version', `Redis is ${text}.`, 'Use Redis 7.2, or 6.2 at least.')
    : ok('redis-version', `Redis is ${text}.`);
}

function policy(name: string): Finding {
  return name === 'noeviction'
    ? ok('maxmemory-policy', 'Redis evicts nothing (maxmemory-policy noeviction).')
    : finding(
        'maxmemory-policy',
        `maxmemory-policy is ${name || 'unknown'}: a full Redis throws mail and sessions away.`,
        'CONFIG SET maxmemory-policy noeviction, and the same in redis.conf.',
      );
}

function memory(used: number, limit: number): Finding {
  if (limit === 0) return ok('memory', `Redis uses ${bytes(used)}, without a limit.`);
  const told = `Redis uses ${bytes(used)} of ${bytes(limit)}`;
  return used > limit * FULL
    ? finding(
        'memory',
        `${told}: soon it refuses new mail, and updates wait at Telegram.`,
        'Raise maxmemory; `lanes list` shows where mail piles up, `dead list` what is kept.',
      )
    : ok('memory', `${told}.`);
}

function persistence(redis: Examined['redis']): Finding {
  const check = 'persistence';
  if (redis.lastWriteFailed) {
    return finding(
      check,
      'The last write of Redis to its disk failed.',
      "Read Redis's log; most often the disk is full or not writable.",
    );
  }
  if (redis.appendOnly) return ok(check, 'Redis keeps an append-only file.');
  return redis.snapshots
    ? finding(
        check,
        'Redis takes snapshots only: a restart loses all since the last one, acknowledged updates too.',
        'CONFIG SET appendonly yes, and the same in redis.conf.',
      )
    : finding(
        check,
        'Redis keeps nothing on disk: a restart loses all mail and sessions.',
        'CONFIG SET appendonly yes, and the same in redis.conf.',
      );
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
