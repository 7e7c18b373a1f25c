import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';

/** Enough for a machine that is many times slower. Shorter than jest's, whose error cannot say what is missing. */
const LIMIT_MS = 120_000;
const SHORTEST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;

type Falsy = false | 0 | '' | null | undefined;

/**
 * Polls `check` until its result is truthy, and returns that. Errors of `check` are rethrown immediately.
 *
 * @param what the expected event, for the error message; a function is called only on failure. Default: the code of `check`
 * @param limitMs milliseconds. Default: two minutes
 * @throws Error after `limitMs`, with the last result
 */
export async function until<T>(
  check: () => T | Falsy | Promise<T | Falsy>,
  what: string | (() => string | Promise<string>) = String(check),
  limitMs: number = LIMIT_MS,
): Promise<Exclude<T, Falsy>> {
  const startedAt = performance.now();
  for (;;) {
    const answer = await check();
    if (answer) return answer as Exclude<T, Falsy>;
    const waitedMs = performance.now() - startedAt;
    if (waitedMs > limitMs) {
      const name = typeof what === 'string' ? what : await what();
      throw new Error(
        `waited ${limitMs / 1_000} s in vain for: ${name}\nThe last result: ${inspect(answer)}`,
      );
    }
    await sleep(Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, waitedMs / 20)));
  }
}
