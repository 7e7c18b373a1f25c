import { describeLine } from './console.js';

/**
 * Until the start settles, reports every `everyMs` milliseconds that it is still in progress, with the last line of the
 * process.
 *
 * @param start is called with a function to which it must pass every line that the process writes
 */
export async function reportSlowStart<T>(
  { name, say, everyMs = 20_000 }: { name: string; say: (text: string) => void; everyMs?: number },
  start: (report: (line: string) => void) => Promise<T>,
): Promise<T> {
  let last = 'it has written nothing yet';
  let reports = 0;
  const timer = setInterval(() => {
    reports += 1;
    say(`${name} has been starting for ${(reports * everyMs) / 1_000} s: ${last}`);
  }, everyMs);
  try {
    return await start((line) => (last = describeLine(line).text));
  } finally {
    clearInterval(timer);
  }
}
