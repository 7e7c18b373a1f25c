import { Cluster, type Callback, type ClusterNode, type Redis as Single } from 'ioredis';
import { sendNoSettled } from './settled-commands.js';

type Options = NonNullable<ConstructorParameters<typeof Cluster<'legacy'>>[1]>;

/** `disconnectTimeout` ends a node's connection after 200 ms: what has not ended after this never will. */
const ENDS_WITHIN_MS = 500;

/** What ioredis keeps to itself. */
interface Internals {
  connectionEpoch: number;
  handleCloseEvent(): void;
  /** The one connection for all subscriptions, to a node of its choice. */
  subscriber: { selectSubscriber(): void };
  clearNodesRefreshInterval(): void;
  connectionPool: {
    /** The node for a command without a key, at random. */
    getSampleInstance(role: 'all' | 'master' | 'slave'): Single | undefined;
  };
}

/**
 * A connection to a Redis Cluster whose promises are kept: `connect` settles, and `disconnect` ends. Those of ioredis
 * (6.0.0) do not always, and a BullMQ worker that renews its blocking connection waits for both, without a limit.
 */
export class ClusterConnection extends Cluster {
  readonly #nodes: ClusterNode[];

  constructor(nodes: ClusterNode[], options: Options) {
    super(nodes, options);
    this.#nodes = nodes;
    this.on('+node', sendNoSettled);
  }

  /**
   * Its duplicates wait in blocking reads, and have a watchdog over them: they do without asking for the slots all the time,
   * and connect to two nodes at most while no slot moves: one that says how the cluster is, and the one that has the keys.
   */
  override duplicate: Cluster['duplicate'] = (nodes = [], options) => {
    const own = new ClusterConnection(nodes.length > 0 ? nodes : this.#nodes, {
      ...this.options,
      slotsRefreshInterval: 0,
      ...options,
    } as Options);
    own.#askConnectedNodes();
    return own as never;
  };

  /**
   * One attempt. ioredis forgets it when a node answers, but the cluster is not in order (a master is away): it tries
   * again by itself, and the promise of the attempt is never settled.
   */
  override connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      const failed = (): void => settle(() => reject(new Error('Connection is closed.')));
      const settle = (how: () => void): void => {
        this.off('reconnecting', failed).off('end', failed);
        how();
      };
      this.once('reconnecting', failed).once('end', failed);
      super.connect().then(
        () => settle(resolve),
        (error: Error) => settle(() => reject(error)),
      );
    });
  }

  /**
   * ioredis waits for its last node to end: between two tries to connect there is none, and a node that an answer has
   * named since then has no connection that could end.
   */
  override disconnect(reconnect = false): void {
    super.disconnect(reconnect);
    if (!reconnect) this.#endSurely((this as unknown as Internals).connectionEpoch);
  }

  /** Has another connection, perhaps to another node, hear what was subscribed to. */
  renewSubscriber(): void {
    (this as unknown as Internals).subscriber.selectSubscriber();
  }

  /** A round that is under way at the end arms the timer of the next, and so for ever: the process would not end. */
  override refreshSlotsCache(callback?: Callback<void>): void {
    if (this.status !== 'end') return super.refreshSlotsCache(callback);
    callback?.(new Error('Connection is closed.'));
    (this as unknown as Internals).clearNodesRefreshInterval();
  }

  /** A command without a key goes to a node that is connected already. */
  #askConnectedNodes(): void {
    const { connectionPool } = this as unknown as Internals;
    const atRandom = connectionPool.getSampleInstance.bind(connectionPool);
    connectionPool.getSampleInstance = (role) =>
      this.nodes(role).find(({ status }) => status === 'ready') ?? atRandom(role);
  }

  #endSurely(epoch: number): void {
    const own = this as unknown as Internals;
    setTimeout(() => {
      if (this.status === 'end' || own.connectionEpoch !== epoch) return;
      if (this.nodes().length > 0) this.disconnect();
      else own.handleCloseEvent();
    }, ENDS_WITHIN_MS).unref();
  }
}
