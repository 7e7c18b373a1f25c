import { pino, type DestinationStream, type Logger } from 'pino';
import { createRedactor } from './redaction.js';

export type { Logger };

/** What a logger is made of. */
export interface LoggerOptions {
  /** The process: `ingress`, `worker`... */
  name: string;
  /** The lowest level written: trace, debug, info, warn, error, fatal, or silent. */
  level: string;
  /** Texts that must never be written, wherever they turn up. Bot tokens are recognised by themselves. */
  secrets?: readonly string[];
  /** Default: standard output. */
  destination?: DestinationStream;
}

/**
 * JSON lines. Secrets and bot tokens are hidden in every string, key and stack; above debug level the fields
 * that carry users' texts (`text`, `caption`, `update`, `payload`...) are hidden whole, at any depth.
 * An error belongs under `err`, `error` or `cause`.
 */
export function createLogger(options: LoggerOptions): Logger {
  const redact = createRedactor(options.secrets);
  return pino(
    { name: options.name, level: options.level, hooks: { streamWrite: redact } },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}
