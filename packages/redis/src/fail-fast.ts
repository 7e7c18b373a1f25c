import type { Cluster, Command, Redis as Single } from 'ioredis';
import type { Redis } from './connect.js';

/** How long a command that must not wait may take, in milliseconds. */
const COMMAND_TIMEOUT_MS = 1_000;

/** Listeners are the connection's: kept apart, they would hear nothing, or take others along. */
const EVENTS = [
  ...(['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'] as const),
  ...(['off', 'removeListener', 'removeAllListeners', 'setMaxListeners'] as const),
];

/** A node of a cluster is connected to by its first command, which waits for that, though no longer than its time. */
const NODE_OPENS: ReadonlySet<string> = new Set(['wait', 'connecting', 'connect']);

const ofNodes = new WeakMap<Single, Redis>();

/**
 * The same connection, whose commands reject when they cannot be sent now, and when they are not answered in a second;
 * so do those to single nodes of a cluster (`nodesOf`). One that timed out may have been carried out, or may yet be
 * by a server that froze after it had received it; it is not sent again.
 *
 * Its events are the connection's. `disconnect` and `quit` end this way of sending, and leave the connection open for
 * the others. A `duplicate` is one of the connection, whose commands wait.
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
          const why = ended
            ? 'Connection is closed.'
            : 'Redis is away: there is no connection to it.';
          command.reject(new Error(why));
          return command.promise;
        }
        command.setTimeout(COMMAND_TIMEOUT_MS);
        return redis.sendCommand(command, ...rest);
      },
    },
    status: { get: () => (ended ? 'end' : redis.status) },
    // Its private members are the connection's own.
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

/** One for each node, as that is told from others by its identity. */
function nodeFacade(node: Single): Redis {
  const existing = ofNodes.get(node);
  if (existing) return existing;
  const facade = facadeOf(node, () => node.status === 'ready' || NODE_OPENS.has(node.status));
  ofNodes.set(node, facade);
  return facade;
}
