import { pino, type DestinationStream, type Logger } from 'pino';
import { createLineRedactor, createRedactor } from './redaction.js';

export type { Logger };

/** What a logger is made of. */
export interface LoggerOptions {
  /** The process: `ingress`, `worker`... */
  name: string;
  /** The lowest level written: trace, debug, info, warn, error, fatal, or silent. */
  level: string;
  /** Texts that must never be written, wherever they turn up. Bot tokens are recognised by themselves. */
  secrets?: readonly string[];
  /** Default: standard output, written to at once, so that the last words before an exit are not lost. */
  destination?: DestinationStream;
}

/**
 * JSON lines. Secrets and bot tokens are hidden in every string, key and stack; above debug level the fields
 * that carry users' texts (`text`, `caption`, `update`, `payload`, `session`...) are hidden whole, at any depth.
 * An error belongs under `err`, `error` or `cause`.
 */
export function createLogger(options: LoggerOptions): Logger {
  const { err } = pino.stdSerializers;
  return pino(
    {
      name: options.name,
      level: options.level,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err, error: err, cause: err },
      hooks: { streamWrite: createLineRedactor(createRedactor(options.secrets)) },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}
