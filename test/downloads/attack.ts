import { setTimeout as sleep } from 'node:timers/promises';
import type { TestSystem } from '../harness/system.js';

/** Milliseconds; longer than the leases of the test system. */
const FREEZE_MS = 3_000;

/** Kills or freezes a process once a second while files arrive. Counts each kind of fault by name. */
export async function attack(
  system: TestSystem,
  random: () => number,
  isRunning: () => boolean,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const frozen: Promise<void>[] = [];
  for (let round = 1; isRunning(); round += 1) {
    await sleep(1_000);
    const workers = round % 5 === 0;
    const among = workers ? system.workers : system.downloaders;
    const victim = among[Math.floor(random() * among.length)];
    if (victim === undefined) continue;
    const freezes = round % 3 === 0;
    const fault = `${workers ? 'worker' : 'downloader'} ${freezes ? 'frozen' : 'killed'}`;
    counts[fault] = (counts[fault] ?? 0) + 1;
    if (freezes) {
      victim.kill('SIGSTOP');
      frozen.push(sleep(FREEZE_MS).then(() => void victim.kill('SIGCONT')));
    } else {
      victim.kill('SIGKILL');
      await (workers ? system.startWorker() : system.startDownloader());
    }
  }
  await Promise.all(frozen);
  return counts;
}
