import { printable } from '@chatlane/runtime';
import { Refusal } from '../refusal.js';

/** All output of the command line goes through here, so that users' texts cannot control the terminal. */
export interface Printer {
  /** Prints a result. Resolves when it is written or the reader has gone. @throws Refusal when it cannot be written */
  print(text: string): Promise<void>;
  /** Prints a line of data exactly as it was stored, so tokens are not masked. */
  printData(text: string): Promise<void>;
  /** Clears the screen of a terminal. */
  clear(): Promise<void>;
  /** Prints a message to stderr, without waiting. */
  message(text: string): void;
}

/**
 * @param onReaderGone called when the reader has closed the output, as `head -1` does. Further output is dropped.
 */
export function createPrinter(
  { output, errors }: { output: NodeJS.WritableStream; errors: NodeJS.WritableStream },
  onReaderGone: () => void,
): Printer {
  let gone = false;
  // Write callbacks get their own errors; without a listener, the 'error' event would crash the process.
  output.on('error', () => undefined);
  errors.on('error', () => undefined);

  function write(text: string): Promise<void> {
    if (gone) return Promise.resolve();
    return new Promise((resolve, reject) => {
      output.write(text, (error?: NodeJS.ErrnoException | null) => {
        if (!error) return resolve();
        if (error.code !== 'EPIPE' && !gone) {
          return reject(new Refusal(`The output cannot be written (${error.message}).`, 1));
        }
        if (!gone) onReaderGone();
        gone = true;
        resolve();
      });
    });
  }

  return {
    print: (text) => write(`${printable(hideTokens(text))}\n`),
    printData: (text) => write(`${printable(text)}\n`),
    clear: () => write('\u001b[2J\u001b[H'),
    message: (text) => void errors.write(`${printable(hideTokens(text))}\n`),
  };
}

/** Masks bot tokens in any text, because they must never be shown. */
function hideTokens(text: string): string {
  return text.replace(/\d{3,}:[A-Za-z0-9_-]{30,}/g, '<token>');
}
