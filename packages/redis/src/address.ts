import { isIPv6 } from 'node:net';

/** A parsed `REDIS_URL`. */
export type RedisAddress = CommonAddress &
  ({ kind: 'single' | 'cluster' } | { kind: 'sentinel'; master: string });

interface CommonAddress {
  /** The text that was parsed. */
  url: string;
  /** The server, nodes of the cluster, or Sentinels. */
  nodes: HostPort[];
  credentials: Credentials;
  tls: boolean;
  /** The database number; a cluster only has 0. */
  db: number;
  /** The password, decoded and as written in the URL. Neither may be logged. */
  secrets: string[];
}

/** The address of a node. */
export interface HostPort {
  host: string;
  port: number;
}

/** User and password, decoded. */
export interface Credentials {
  username?: string;
  password?: string;
}

const RULE =
  'be redis://[user:pass@]host[:port][/db] (rediss:// for TLS), several of these separated by commas for the nodes ' +
  'of a Redis Cluster, or redis+sentinel://[user:pass@]host[:port][,host...]/master[/db]';

const ENCODING =
  'in a user name or password, write % as %25, @ as %40, / as %2F, ? as %3F, # as %23 and a comma as %2C ' +
  '(and a colon in a user name as %3A)';

/** Nine digits: a number that every Redis can parse. */
const DATABASE = /^\d{1,9}$/;

/**
 * Parses a `REDIS_URL`:
 * - `redis://[user:pass@]host[:port][/db]`, `rediss://` with TLS: one server;
 * - several of these separated by commas: nodes of a Redis Cluster, at least one more than may be down at startup
 *   (`redis://user:pass@a:7000,b:7001`; scheme and credentials of the first apply to all);
 * - `redis+sentinel://[user:pass@]host[:port][,host...]/master[/db]`: the master that the Sentinels name; the
 *   credentials are used for the master and for the Sentinels.
 *
 * User and password are percent-encoded.
 *
 * @throws Error whose message completes "REDIS_URL ...". It describes the expected form and quotes nothing of the text.
 */
export function readRedisUrl(text: string): RedisAddress {
  const [, scheme = '', rest = ''] = /^(redis|rediss|redis\+sentinel):\/\/(.*)$/s.exec(text) ?? [];
  if (/[?#]/.test(rest)) must(`have nothing after a ? or #; ${ENCODING}`);
  const [authority = '', ...path] = rest.replaceAll(`,${scheme}://`, ',').split('/');
  const nodes = authority.split(',').map((node) => readNode(node, scheme));
  const credentials = readUser(nodes[0]?.user);
  if (nodes.some(({ user }, index) => index > 0 && user !== undefined && user !== nodes[0]?.user)) {
    must('have the same user and password for every node, or leave them out after the first');
  }
  const address = {
    url: text,
    nodes: nodes.map(({ host, port }) => ({ host, port })),
    credentials,
    tls: scheme === 'rediss',
    secrets: secretsOf(nodes[0]?.user, credentials),
  };
  if (scheme === 'redis+sentinel') {
    const [master, ...database] = path;
    if (!master) must(RULE);
    return { ...address, kind: 'sentinel', master, db: readDatabase(database) };
  }
  if (!rest.includes(',')) return { ...address, kind: 'single', db: readDatabase(path) };
  if (!/^\/?0?$/.test(path.join('/'))) {
    must('have no path after the nodes of a Redis Cluster, which has database 0 only');
  }
  return { ...address, kind: 'cluster', db: 0 };
}

function must(rule: string): never {
  throw new Error(`must ${rule}`);
}

/** `[user[:password]@]host[:port]`. An unencoded @ or / in the user part shows up here as an invalid host. */
function readNode(text: string, scheme: string): HostPort & { user: string | undefined } {
  const node = /^(?:([^@]*)@)?(\[[^\]]+\]|[\w.-]+)(?::(\d{1,5}))?$/.exec(text);
  if (!node) return must(text.includes('@') || text.includes(':') ? `${RULE}; ${ENCODING}` : RULE);
  const [, user, bracketed = '', portText] = node;
  // A URL puts brackets around an IPv6 address, a socket takes it without them.
  const host = bracketed.replace(/^\[|\]$/g, '');
  const port = Number(portText ?? (scheme === 'redis+sentinel' ? 26_379 : 6_379));
  const isHost = host === bracketed || isIPv6(host);
  if (!isHost || port < 1 || port > 65_535) must(RULE);
  return { host, port, user };
}

function readUser(user = ''): Credentials {
  const colon = user.indexOf(':');
  const [username, password] =
    colon < 0 ? [user, ''] : [user.slice(0, colon), user.slice(colon + 1)];
  return {
    ...(username && { username: decode(username) }),
    ...(password && { password: decode(password) }),
  };
}

function decode(text: string): string {
  try {
    if (/\s/.test(text)) throw new URIError();
    return decodeURIComponent(text);
  } catch {
    return must(`be percent-encoded: ${ENCODING}`);
  }
}

function readDatabase(path: readonly string[]): number {
  const [database = '', ...more] = path;
  if (more.length > 0 || (database !== '' && !DATABASE.test(database))) {
    must(`end with the number of a database, such as /0, or after the host; ${ENCODING}`);
  }
  return Number(database);
}

function secretsOf(user = '', { password }: Credentials): string[] {
  if (password === undefined) return [];
  return [...new Set([password, user.slice(user.indexOf(':') + 1)])];
}
