/** What a `REDIS_URL` may be; completes "must be ...". */
export const redisUrlRule =
  'redis://[user:pass@]host[:port][/db] (rediss:// for TLS), the same of several nodes of a Redis Cluster ' +
  'with commas in between, or redis+sentinel://[user:pass@]host[:port][,host...]/master[/db]';

/** Whether `@chatlane/redis` can connect to it. */
export function isRedisUrl(text: string): boolean {
  const sentinel = /^redis\+sentinel:\/\/([^/]+)\/[^/?]+(\/\d+)?$/.exec(text);
  if (sentinel) return sentinel[1]!.split(',').every((node) => isNode(`redis://${node}`));
  const [first = '', ...others] = text.split(',');
  if (others.length === 0) return isNode(first);
  const nodes = [first, ...others.map((node) => (node.includes('://') ? node : `redis://${node}`))];
  const schemes = new Set([first, ...others].flatMap((node) => /^\w+:\/\//.exec(node) ?? []));
  return schemes.size === 1 && nodes.every((node) => isNode(node) && hasNoDatabase(node));
}

/** Partitions of a new deployment unless it is told otherwise: 64 on a Redis Cluster, so that its nodes share the work; else 1. */
export function defaultPartitions(redisUrl: string): number {
  return redisUrl.includes(',') && !redisUrl.startsWith('redis+sentinel:') ? 64 : 1;
}

/** What a log must not show of a `REDIS_URL`. */
export function redisSecrets(redisUrl: string): string[] {
  const passwords = [...redisUrl.matchAll(/(?:\/\/|,)[^:@/,]*:([^@/,]*)@/g)];
  return passwords.map(([, password = '']) => decodeURIComponent(password)).filter(Boolean);
}

function isNode(text: string): boolean {
  if (!/^rediss?:\/\//.test(text) || !URL.canParse(text)) return false;
  return new URL(text).hostname !== '';
}

/** A Redis Cluster has database 0 only. */
function hasNoDatabase(text: string): boolean {
  const { pathname, search } = new URL(text);
  return /^\/?0?$/.test(pathname) && search === '';
}
