import { Redis as Single, type Command, type RedisOptions } from 'ioredis';
import { doesNotServe, isRefusal, NotServingError } from './connection-error.js';
import { infoField } from './info-field.js';
import { sendNoSettled } from './settled-commands.js';

type Options = RedisOptions & { replyMapping?: 'legacy' };
type CommandItem = Parameters<Single['handleReconnection']>[1];

/** Private members of ioredis. */
interface Internals {
  connectionEpoch: number;
  connector: { check(info: { role?: string | undefined }): boolean };
  _readyCheck(callback: (error: Error | null, info?: { role?: string | undefined }) => void): void;
}

/**
 * A connection to one server, or to the master that Sentinels name. Unlike those of ioredis (6.0.0) it serves from its own
 * database and from a master only. The server behind an address may become a replica without closing its connections, or
 * be one from the start: then it counts as away, and the address is connected to again until it leads to a master.
 */
export class SingleConnection extends Single {
  constructor(options: Options) {
    super(options);
    sendNoSettled(this);
    const own = this as unknown as Internals;
    own._readyCheck = (callback) => {
      const epoch = own.connectionEpoch;
      this.#examine().then(({ role, problem }) => {
        if (!problem) return callback(null, { role });
        if (own.connectionEpoch !== epoch || this.status !== 'connect') return;
        // Where a Sentinel named a replica, another Sentinel is asked next.
        own.connector.check({ role });
        this.silentEmit('error', problem);
        this.disconnect(true);
      }, callback);
    };
  }

  override duplicate: Single['duplicate'] = (options) =>
    new SingleConnection({ ...this.options, ...options } as Options) as never;

  /** A command that was answered so has changed nothing: where commands wait for a connection, it is sent again. */
  override handleReconnection(error: Error, item: CommandItem): void {
    if (this.status !== 'ready' || !doesNotServe(error)) {
      return super.handleReconnection(error, item);
    }
    // The replies behind this one say the same.
    if (!this.stream.writableEnded) {
      this.silentEmit('error', error);
      this.disconnect(true);
    }
    // Of a transaction ioredis sends no part again: it is rejected as a whole.
    if (this.options.enableOfflineQueue) this.sendCommand(item.command as Command);
    else item.command.reject(error);
  }

  /** @throws what Redis answered when it refuses the database */
  async #examine(): Promise<{ role: string | undefined; problem: Error | undefined }> {
    // When the handshake's SELECT is refused, ioredis emits the error and goes on in database 0.
    if (this.options.db) await this.select(this.options.db);
    const info = await this.info().catch((error: Error) => {
      // Without the permission for INFO, a replica is recognised by its first refusal.
      if (isRefusal(error)) return '';
      throw error;
    });
    const role = infoField(info, 'role');
    const { remoteAddress, remotePort } = this.stream as {
      remoteAddress?: string;
      remotePort?: number;
    };
    const server = `The server at ${remoteAddress}:${remotePort}`;
    if (infoField(info, 'loading') === '1') {
      return { role, problem: new NotServingError(`${server} is still loading its data`) };
    }
    return role === 'slave'
      ? { role, problem: new NotServingError(`${server} is a replica, which takes no writes`) }
      : { role, problem: undefined };
  }
}
