import { pino, type DestinationStream, type Logger } from 'pino';
import { createLineRedactor, createRedactor } from './redaction.js';

export type { Logger };

/** Options of a logger. */
export interface LoggerOptions {
  /** The name of the process, such as `ingress` or `worker`. */
  name: string;
  /** The lowest level written: trace, debug, info, warn, error, fatal, or silent. */
  level: string;
  /** Texts that must never be logged, wherever they occur. Bot tokens are detected without being listed. */
  secrets?: readonly string[];
  /** Default: standard output, written synchronously, so that the last lines before an exit are not lost. */
  destination?: DestinationStream;
}

/**
 * Logs JSON lines. Secrets and bot tokens are redacted in every string, key and stack. Above debug level, fields that
 * carry users' texts (`text`, `caption`, `update`, `payload`, `session`...) are redacted entirely, at any depth. Pass
 * an error as `err`, `error` or `cause`.
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
