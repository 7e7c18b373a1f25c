import type { Cluster, Command, Redis as Single } from 'ioredis';
import type { Redis } from './connect.js';

/** How long a fail-fast command may take, in milliseconds. */
const COMMAND_TIMEOUT_MS = 1_000;

/** Methods that must act on the connection's own listeners: the facade itself emits no events. */
const EVENTS = [
  ...(['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'] as const),
  ...(['off', 'removeListener', 'removeAllListeners', 'setMaxListeners'] as const),
];

/** The first command to a cluster node opens its connection, and may wait for that within its time limit. */
const NODE_OPENS: ReadonlySet<string> = new Set(['wait', 'connecting', 'connect']);

const nodeFacades = new WeakMap<Single, Redis>();

/**
 * A facade of the same connection whose commands reject when they cannot be sent at once, or are not answered within a
 * second. That includes commands to single nodes of a cluster (`nodesOf`). A command that timed out is not sent again,
 * but a server that froze after receiving it may still execute it.
 *
 * Events are those of the connection. `disconnect` and `quit` close only the facade and leave the connection open.
 * `duplicate` duplicates the underlying connection, so commands on the duplicate wait.
 */
export function failFast(redis: Redis): Redis {
  return facadeOf(redis, () => redis.status === 'ready');
}

function facadeOf(redis: Redis, maySend: () => boolean): Redis {
  let ended = false;
  const end = (): void => void (ended = true);
  const own = redis as unknown as Record<string, (...args: unknown[]) => unknown>;
  const facade = Object.create(redis, {
    sendCommand: {
      value(command: Command, ...rest: never[]) {
        if (ended || !maySend()) {
          const why = ended ? 'Connection is closed.' : 'Redis is away: not connected.';
          command.reject(new Error(why));
          return command.promise;
        }
        command.setTimeout(COMMAND_TIMEOUT_MS);
        return redis.sendCommand(command, ...rest);
      },
    },
    status: { get: () => (ended ? 'end' : redis.status) },
    // These use private members, which only the connection itself has.
    connect: { value: redis.connect.bind(redis) },
    duplicate: { value: redis.duplicate.bind(redis) },
    disconnect: { value: end },
    end: { value: end },
    quit: { value: () => Promise.resolve(end()).then(() => 'OK') },
    ...('nodes' in redis && {
      nodes: { value: (...args: Roles) => redis.nodes(...args).map(nodeFacade) },
    }),
  }) as Redis;
  for (const name of EVENTS) {
    const value = (...args: unknown[]): Redis => {
      own[name]!.apply(redis, args);
      return facade;
    };
    Object.defineProperty(facade, name, { value });
  }
  return facade;
}

type Roles = Parameters<Cluster['nodes']>;

/** Always the same facade for a node, because callers compare nodes by identity. */
function nodeFacade(node: Single): Redis {
  const existing = nodeFacades.get(node);
  if (existing) return existing;
  const facade = facadeOf(node, () => node.status === 'ready' || NODE_OPENS.has(node.status));
  nodeFacades.set(node, facade);
  return facade;
}
