import { Redis as Single, type Command, type RedisOptions } from 'ioredis';
import { doesNotServe, isRefusal, NotServingError } from './connection-error.js';
import { infoField } from './info-field.js';
import { skipSettledCommands } from './settled-commands.js';

type Options = RedisOptions & { replyMapping?: 'legacy' };
type CommandItem = Parameters<Single['handleReconnection']>[1];

/** Private members of ioredis. */
interface Internals {
  connectionEpoch: number;
  connector: { check(info: { role?: string | undefined }): boolean };
  _readyCheck(callback: (error: Error | null, info?: { role?: string | undefined }) => void): void;
}

/**
 * A connection to one server, or to the master that Sentinels name. Unlike a connection of ioredis (6.0.0), it is ready
 * only on a master and in its own database. The server behind an address may become a replica without closing its
 * connections, or be one from the start. It then counts as unavailable, and we reconnect until the address leads to a
 * master.
 */
export class SingleConnection extends Single {
  constructor(options: Options) {
    super(options);
    skipSettledCommands(this);
    const own = this as unknown as Internals;
    own._readyCheck = (callback) => {
      const epoch = own.connectionEpoch;
      this.#examine().then(({ role, problem }) => {
        if (!problem) return callback(null, { role });
        if (own.connectionEpoch !== epoch || this.status !== 'connect') return;
        // If this Sentinel named a replica, the next attempt asks another one.
        own.connector.check({ role });
        this.silentEmit('error', problem);
        this.disconnect(true);
      }, callback);
    };
  }

  override duplicate: Single['duplicate'] = (options) =>
    new SingleConnection({ ...this.options, ...options } as Options) as never;

  /**
   * A command refused with such an error has changed nothing, so it is sent again if commands wait for a connection.
   */
  override handleReconnection(error: Error, item: CommandItem): void {
    if (this.status !== 'ready' || !doesNotServe(error)) {
      return super.handleReconnection(error, item);
    }
    // The replies to the commands that follow bring the same error.
    if (!this.stream.writableEnded) {
      this.silentEmit('error', error);
      this.disconnect(true);
    }
    // ioredis never gets here with part of a transaction: it rejects the transaction as a whole.
    if (this.options.enableOfflineQueue) this.sendCommand(item.command as Command);
    else item.command.reject(error);
  }

  /** @throws the error reply of Redis when it refuses the database */
  async #examine(): Promise<{ role: string | undefined; problem: Error | undefined }> {
    // When the SELECT of the handshake is refused, ioredis emits the error and carries on in database 0.
    if (this.options.db) await this.select(this.options.db);
    const info = await this.info().catch((error: Error) => {
      // Without the permission for INFO, we recognise a replica by the first write that it refuses.
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
      ? { role, problem: new NotServingError(`${server} is a replica, which accepts no writes`) }
      : { role, problem: undefined };
  }
}
