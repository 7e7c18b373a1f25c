import { setTimeout as sleep } from 'node:timers/promises';

/** Calls `send` `perSecond` times a second, not waiting for one before the next; resolves when all are through. */
export async function atRate(
  perSecond: number,
  count: number,
  send: (index: number) => Promise<void>,
): Promise<void> {
  const started = performance.now();
  const sent: Promise<void>[] = [];
  while (sent.length < count) {
    const due = Math.min(count, ((performance.now() - started) * perSecond) / 1_000);
    while (sent.length < due) sent.push(send(sent.length));
    await sleep(2);
  }
  await Promise.all(sent);
}

/** Asks again until the answer is true; after `limitMs` the bench ends with an error. */
export async function until(isSo: () => boolean, limitMs = 60_000): Promise<void> {
  const endsAt = performance.now() + limitMs;
  while (!isSo()) {
    if (performance.now() > endsAt) throw new Error(`Not so within ${limitMs} ms: ${String(isSo)}`);
    await sleep(2);
  }
}
