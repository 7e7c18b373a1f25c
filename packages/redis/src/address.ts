/** Where Redis is, as `REDIS_URL` says it. */
export type RedisAddress =
  | { kind: 'single'; url: string }
  | { kind: 'cluster'; nodes: HostPort[]; credentials: Credentials; tls: boolean }
  | {
      kind: 'sentinel';
      sentinels: HostPort[];
      master: string;
      credentials: Credentials;
      db: number;
    };

export interface HostPort {
  host: string;
  port: number;
}

export interface Credentials {
  username?: string;
  password?: string;
}

/**
 * Reads a `REDIS_URL`:
 * - `redis://[user:pass@]host[:port][/db]`, `rediss://` with TLS: one server;
 * - the same several times with commas in between: nodes of a Redis Cluster, as many as may be down at
 *   the start and one more (`redis://user:pass@a:7000,b:7001`; scheme and credentials of the first hold for all);
 * - `redis+sentinel://[user:pass@]host[:port][,host...]/master[/db]`: the master that Sentinels name;
 *   the credentials are the master's and its Sentinels'.
 *
 * @throws Error that says what is wrong, without showing a password
 */
export function readRedisUrl(text: string): RedisAddress {
  const match =
    /^(redis|rediss|redis\+sentinel):\/\/(?:([^@/]*)@)?([^/?@]+)(\/[^?]*)?(\?.*)?$/.exec(
      text.replace(/,(rediss?):\/\/(?:[^@/,]*@)?/g, ','),
    );
  if (!match) throw new Error('REDIS_URL is no address of Redis.');
  const [, scheme, userInfo, hosts = '', path = ''] = match;
  const credentials = readCredentials(userInfo);
  if (scheme === 'redis+sentinel') {
    const [, master, db = '0', ...more] = path.split('/');
    if (!master || !/^\d+$/.test(db) || more.length > 0) {
      throw new Error('REDIS_URL: redis+sentinel:// needs the name of the master: /master[/db].');
    }
    const sentinels = readHosts(hosts, 26_379);
    return { kind: 'sentinel', sentinels, master, credentials, db: Number(db) };
  }
  if (!hosts.includes(',')) return { kind: 'single', url: text };
  if (!/^\/?0?$/.test(path)) throw new Error('REDIS_URL: a Redis Cluster has database 0 only.');
  return {
    kind: 'cluster',
    nodes: readHosts(hosts, 6_379),
    credentials,
    tls: scheme === 'rediss',
  };
}

function readCredentials(userInfo = ''): Credentials {
  const [username = '', password = ''] = userInfo.split(':').map(decodeURIComponent);
  return { ...(username && { username }), ...(password && { password }) };
}

function readHosts(hosts: string, defaultPort: number): HostPort[] {
  return hosts.split(',').map((each) => {
    const { hostname, port } = new URL(`redis://${each}`);
    // An IPv6 address is bracketed in a URL, and bare for a socket.
    return { host: hostname.replace(/^\[|\]$/g, ''), port: port ? Number(port) : defaultPort };
  });
}
