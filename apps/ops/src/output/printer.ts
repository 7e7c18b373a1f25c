import { printable } from '@chatlane/runtime';
import { Refusal } from '../refusal.js';
import { hideTokens } from './hide-tokens.js';

/** The one place where the command line writes: nothing that users wrote reaches the terminal but through it. */
export interface Printer {
  /** A result. Resolves when it is written, or when the reader has gone away. @throws Refusal when it cannot be written */
  print(text: string): Promise<void>;
  /** The same, but what looks like a bot token stays: a line of data, which must be what was stored. */
  printData(text: string): Promise<void>;
  /** Empties the screen of a terminal. */
  clear(): Promise<void>;
  /** A word to the person, apart from the results. Not waited for. */
  tell(text: string): void;
}

/**
 * @param onReaderGone called when whatever reads the output has closed it, as `head -1` does. What follows is dropped.
 */
export function createPrinter(
  { output, errors }: { output: NodeJS.WritableStream; errors: NodeJS.WritableStream },
  onReaderGone: () => void,
): Printer {
  let gone = false;
  // Each write hears of its own error; without a listener the stream would end the process with it.
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
    tell: (text) => void errors.write(`${printable(hideTokens(text))}\n`),
  };
}
