import { describeLine } from './console.js';

/**
 * Says, every `everyMs` until a start has settled, that it is still under way and what the process wrote last.
 *
 * @param start called with a function that is to hear of every line the process writes
 */
export async function reportSlowStart<T>(
  { name, say, everyMs = 20_000 }: { name: string; say: (text: string) => void; everyMs?: number },
  start: (heard: (line: string) => void) => Promise<T>,
): Promise<T> {
  let last = 'it has written nothing yet';
  let reports = 0;
  const timer = setInterval(() => {
    reports += 1;
    say(`${name} is still starting, for ${(reports * everyMs) / 1_000} s now: ${last}`);
  }, everyMs);
  try {
    return await start((line) => (last = describeLine(line).text));
  } finally {
    clearInterval(timer);
  }
}
