import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** The launcher's output, and the destination of its processes' log lines. */
export interface Console {
  /** Prints one or more lines for the user. */
  say: (text: string) => void;
  /**
   * Returns the sink for the lines of one process: its log file and, after `begin`, the screen for lines of at least
   * `level`. A process that is not ready yet is not `shown`, because a failed start is reported as a whole.
   */
  sink(name: string, level?: number): Sink;
  /** Starts showing warnings and errors on the screen. Before that, a failed start reports them. */
  begin(): void;
  close(): Promise<void>;
}

/** Takes one line that a process has written. */
export type Sink = (line: string, shown?: boolean) => void;

const levels: Record<number, string> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** Overwrites the log files in `folder`, one per process; `verbose` shows every line on the screen. */
export function createConsole(options: { folder: string; verbose: boolean }): Console {
  mkdirSync(options.folder, { recursive: true });
  const files: NodeJS.WritableStream[] = [];
  const sinks = new Map<string, Sink>();
  let begun = false;
  // A closed pipe (npm start | head) must not crash the launcher, which would skip the orderly stop of its processes.
  process.stdout.on('error', () => undefined);
  return {
    say: (text) => void process.stdout.write(`${text}\n`),
    begin() {
      begun = true;
    },
    sink(name, level = 40) {
      const known = sinks.get(name);
      if (known) return known;
      const file = createWriteStream(join(options.folder, `${name}.log`), { flags: 'w' });
      files.push(file);
      const sink: Sink = (line, isShown = true) => {
        file.write(`${line}\n`);
        const described = describeLine(line);
        const matters = begun && isShown && described.level >= level;
        if (options.verbose || matters) process.stdout.write(`${name}  ${described.text}\n`);
      };
      sinks.set(name, sink);
      return sink;
    },
    async close() {
      await Promise.all(files.map((file) => new Promise<void>((done) => file.end(() => done()))));
    },
  };
}

/**
 * Formats a pino line for people; any other line, such as a stack trace, counts as a warning. Both may quote a user, so
 * terminal control characters are escaped.
 */
export function describeLine(line: string): { level: number; text: string } {
  const record = parseRecord(line);
  if (!record) return { level: 40, text: printable(line) };
  const { level, msg, err } = record;
  const cause = err?.message && err.message !== msg ? ` (${err.message})` : '';
  return { level, text: printable(`${levels[level] ?? level}  ${msg ?? ''}${cause}`) };
}

/** The same as in @chatlane/runtime, which this package may not import. */
function printable(text: string): string {
  return text.replace(/[^\P{C}\n\t]|[\p{Zl}\p{Zp}]/gu, (character) =>
    [...Buffer.from(character, 'utf16le').swap16().toString('hex').matchAll(/.{4}/g)]
      .map(([unit]) => `\\u${unit}`)
      .join(''),
  );
}

interface LogRecord {
  level: number;
  msg?: string;
  err?: { message?: string };
}

function parseRecord(line: string): LogRecord | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(line) as Partial<LogRecord>;
    return typeof value.level === 'number' ? (value as LogRecord) : undefined;
  } catch {
    return undefined;
  }
}
