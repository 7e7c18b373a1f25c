import { setTimeout as sleep } from 'node:timers/promises';

/** Calls `send` `perSecond` times a second without waiting for earlier calls; resolves when all have ended. */
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

/** Polls until the answer is true; the bench fails after `limitMs`. */
export async function until(isSo: () => boolean, limitMs = 60_000): Promise<void> {
  const endsAt = performance.now() + limitMs;
  while (!isSo()) {
    if (performance.now() > endsAt)
      throw new Error(`Still false after ${limitMs} ms: ${String(isSo)}`);
    await sleep(2);
  }
}
