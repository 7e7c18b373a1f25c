import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where the launcher speaks, and where its processes' log lines go. */
export interface Console {
  /** One or more lines for the person at the keyboard. */
  say: (text: string) => void;
  /** A sink for one process' lines: its log file, and the screen from `level` on once `begin` was called. */
  sink(name: string, level?: number): (line: string) => void;
  /** From now on the screen shows what goes wrong. Until then a failed start tells it. */
  begin(): void;
  close(): Promise<void>;
}

const levels: Record<number, string> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** Log files are written anew under `folder`, one per process; `verbose` shows every line. */
export function createConsole(options: { folder: string; verbose: boolean }): Console {
  mkdirSync(options.folder, { recursive: true });
  const files: NodeJS.WritableStream[] = [];
  let begun = false;
  // A reader that went away (npm start | head) must not take the processes down unordered.
  process.stdout.on('error', () => undefined);
  return {
    say: (text) => void process.stdout.write(`${text}\n`),
    begin() {
      begun = true;
    },
    sink(name, level = 40) {
      const file = createWriteStream(join(options.folder, `${name}.log`), { flags: 'w' });
      files.push(file);
      return (line) => {
        file.write(`${line}\n`);
        const shown = describeLine(line);
        const matters = begun && shown.level >= level;
        if (options.verbose || matters) process.stdout.write(`${name}  ${shown.text}\n`);
      };
    },
    async close() {
      await Promise.all(files.map((file) => new Promise<void>((done) => file.end(() => done()))));
    },
  };
}

/**
 * A pino line as a person reads it; anything else (a stack of an error) as a warning. Both can quote a user: characters
 * that a terminal would obey are shown as their escapes.
 */
export function describeLine(line: string): { level: number; text: string } {
  const record = parseRecord(line);
  if (!record) return { level: 40, text: printable(line) };
  const { level, msg, err } = record;
  const cause = err?.message && err.message !== msg ? ` (${err.message})` : '';
  return { level, text: printable(`${levels[level] ?? level}  ${msg ?? ''}${cause}`) };
}

/** As in @chatlane/runtime, which this package may not import. */
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
