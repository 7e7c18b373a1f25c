import { pino, type DestinationStream, type Logger, type SerializedError } from 'pino';
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
  return pino(
    {
      name: options.name,
      level: options.level,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError, error: describeError, cause: describeError },
      hooks: { streamWrite: createLineRedactor(createRedactor(options.secrets)) },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

/** Pino joins the messages of an error and its causes with a colon, even where a message ends with a period. */
function describeError(error: Error): SerializedError {
  return withoutPeriods(pino.stdSerializers.err(error));
}

function withoutPeriods(described: SerializedError): SerializedError {
  // Anything can be logged as `err`.
  if (typeof described?.message !== 'string') return described;
  described.message = described.message.replaceAll('.: ', ': ');
  const { aggregateErrors = [] } = described as { aggregateErrors?: SerializedError[] };
  for (const each of aggregateErrors) withoutPeriods(each);
  return described;
}
