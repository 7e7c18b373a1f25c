import { setTimeout } from 'node:timers/promises';

/** Asks again until the answer is true; the test's own time-out is the limit. */
export async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await setTimeout(5);
}
