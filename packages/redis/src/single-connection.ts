import { Redis as Single, type RedisOptions } from 'ioredis';

type Options = RedisOptions & { replyMapping?: 'legacy' };

/** Private members of ioredis. */
interface Internals {
  _readyCheck(callback: (error: Error | null, info?: unknown) => void): void;
}

/**
 * A connection to one server, or to the master that Sentinels name. Unlike those of ioredis (6.0.0) it is never ready in
 * another database than its own.
 */
export class SingleConnection extends Single {
  constructor(options: Options) {
    super(options);
    const own = this as unknown as Internals;
    const readyCheck = own._readyCheck.bind(this);
    own._readyCheck = (callback) => {
      // When the handshake's SELECT is refused, ioredis emits the error and goes on in database 0.
      if (!this.options.db) return readyCheck(callback);
      this.select(this.options.db).then(() => readyCheck(callback), callback);
    };
  }

  override duplicate: Single['duplicate'] = (options) =>
    new SingleConnection({ ...this.options, ...options } as Options) as never;
}
