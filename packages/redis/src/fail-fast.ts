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
    status: { get: () => (ended ? 'end' : redis.status), configurable: true },
  }) as Redis;
  // Assigned, not defined as constants: a Proxy around the facade, such as BullMQ's, may return other values for them.
  const members: Record<string, unknown> = {
    sendCommand(command: Command, ...rest: never[]) {
      if (ended || !maySend()) {
        const why = ended ? 'Connection is closed.' : 'Redis is unavailable: not connected.';
        command.reject(new Error(why));
        return command.promise;
      }
      command.setTimeout(COMMAND_TIMEOUT_MS);
      return redis.sendCommand(command, ...rest);
    },
    // These use private members, which only the connection itself has.
    connect: redis.connect.bind(redis),
    duplicate: redis.duplicate.bind(redis),
    disconnect: end,
    end,
    quit: () => Promise.resolve(end()).then(() => 'OK'),
    ...('nodes' in redis && {
      nodes: (...args: Roles) => redis.nodes(...args).map(nodeFacade),
    }),
  };
  for (const name of EVENTS) {
    members[name] = (...args: unknown[]): Redis => {
      own[name]!.apply(redis, args);
      return facade;
    };
  }
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(facade, name, { value, configurable: true, writable: true });
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
