import { setTimeout } from 'node:timers/promises';

/** Below jest's own limit, so that a test that waits in vain ends and says where. */
const LIMIT_MS = 20_000;

/** Asks again until the answer is true. */
export async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const endsAt = performance.now() + LIMIT_MS;
  while (!(await isSo())) {
    if (performance.now() > endsAt)
      throw new Error(`not so within ${LIMIT_MS} ms: ${String(isSo)}`);
    await setTimeout(5);
  }
}
