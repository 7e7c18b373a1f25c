import { Cluster, type Callback, type ClusterNode, type Redis as Single } from 'ioredis';
import { skipSettledCommands } from './settled-commands.js';

type Options = NonNullable<ConstructorParameters<typeof Cluster<'legacy'>>[1]>;

/** `disconnectTimeout` ends a node's connection after 200 ms; a connection that is still open after this never ends. */
const ENDS_WITHIN_MS = 500;

/** Private members of ioredis. */
interface Internals {
  connectionEpoch: number;
  handleCloseEvent(): void;
  /** Holds the one connection for all subscriptions, to a node that it chooses. */
  subscriber: { selectSubscriber(): void };
  clearNodesRefreshInterval(): void;
  connectionPool: {
    /** Picks a random node for a command without a key. */
    getSampleInstance(role: 'all' | 'master' | 'slave'): Single | undefined;
  };
}

/**
 * A connection to a Redis Cluster on which `connect` always settles and `disconnect` always leads to `end`. ioredis
 * (6.0.0) guarantees neither, and a BullMQ worker that renews its blocking connection waits for both without a limit.
 */
export class ClusterConnection extends Cluster {
  readonly #nodes: ClusterNode[];

  constructor(nodes: ClusterNode[], options: Options) {
    super(nodes, options);
    this.#nodes = nodes;
    this.on('+node', skipSettledCommands);
  }

  /**
   * BullMQ blocks on duplicates and watches over them itself, so they do not refresh the slots periodically. While no
   * slot moves they connect to at most two nodes: one that reports the cluster's state, and the one that has the keys.
   */
  override duplicate: Cluster['duplicate'] = (nodes = [], options) => {
    const own = new ClusterConnection(nodes.length > 0 ? nodes : this.#nodes, {
      ...this.options,
      slotsRefreshInterval: 0,
      ...options,
    } as Options);
    own.#preferConnectedNodes();
    return own as never;
  };

  /**
   * Settles with the outcome of one attempt. When a node answers but the cluster is not in order (a master is down),
   * ioredis goes on to its next attempt and never settles the promise of this one.
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
   * ioredis waits for its last node to end. Between two attempts to connect it has no nodes, and a node that a late
   * reply has added has no connection that could end.
   */
  override disconnect(reconnect = false): void {
    super.disconnect(reconnect);
    if (!reconnect) this.#forceEnd((this as unknown as Internals).connectionEpoch);
  }

  /** Moves all subscriptions to a new connection, possibly to another node. */
  renewSubscriber(): void {
    (this as unknown as Internals).subscriber.selectSubscriber();
  }

  /**
   * A refresh that is in progress while the connection ends would schedule another one, and so on, so that the process
   * would never exit.
   */
  override refreshSlotsCache(callback?: Callback<void>): void {
    if (this.status !== 'end') return super.refreshSlotsCache(callback);
    callback?.(new Error('Connection is closed.'));
    (this as unknown as Internals).clearNodesRefreshInterval();
  }

  /** Sends commands without a key to a node that is already connected. */
  #preferConnectedNodes(): void {
    const { connectionPool } = this as unknown as Internals;
    const atRandom = connectionPool.getSampleInstance.bind(connectionPool);
    connectionPool.getSampleInstance = (role) =>
      this.nodes(role).find(({ status }) => status === 'ready') ?? atRandom(role);
  }

  #forceEnd(epoch: number): void {
    const own = this as unknown as Internals;
    setTimeout(() => {
      if (this.status === 'end' || own.connectionEpoch !== epoch) return;
      if (this.nodes().length > 0) this.disconnect();
      else own.handleCloseEvent();
    }, ENDS_WITHIN_MS).unref();
  }
}
