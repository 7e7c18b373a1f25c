import { setTimeout as sleep } from 'node:timers/promises';
import { checkHistory } from '../chaos/checker/check-history.js';
import type { KnownUpdate, Trouble } from '../chaos/checker/history.js';
import { monotonicMs } from '../harness/clock.js';
import { createCallLog } from '../harness/call-log.js';
import { readStored } from '../harness/stored-state.js';
import { startSystem, type TestSystem } from '../harness/system.js';

const PEOPLE = 20;
const PER_CHAT = 50;
/** Every third fault is a freeze, the others are kills. */
const FAULTS = 6;

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({ workers: 3, workerEnv: { LEDGER_SENDS: 'mixed' } });
});
afterAll(() => system.stop());

/** Sends updates from many chats in parallel, those of one chat in sequence, until `isRunning` returns false. */
async function send(isRunning: () => boolean): Promise<KnownUpdate[]> {
  const sent: KnownUpdate[] = [];
  let chat = 0;
  const people = Array.from({ length: PEOPLE }, async () => {
    while (isRunning()) {
      const id = (chat += 1);
      for (let count = 0; count < PER_CHAT; count += 1) {
        const date = Math.floor(Date.now() / 1_000);
        const from = { id, is_bot: false, first_name: 'A' };
        const message = {
          message_id: count + 1,
          date,
          from,
          chat: { id, type: 'private' },
          text: 'x',
        };
        const { update_id } = await system.play<{ update_id: number }>('/play/updates', {
          message,
        });
        const pushedAt = monotonicMs();
        sent.push({ update: update_id, lane: `c:${id}`, doomed: false, calm: false, pushedAt });
      }
    }
  });
  await Promise.all(people);
  return sent;
}

/** Repeatedly kills or freezes a random worker; a killed one is replaced. */
async function attack(everyMs: number): Promise<Trouble[]> {
  const troubles: Trouble[] = [];
  while (troubles.length < FAULTS) {
    await sleep(everyMs);
    const victim = system.workers[Math.floor(Math.random() * system.workers.length)]!;
    const freezes = troubles.length % 3 === 2;
    const what = freezes ? 'stopped' : 'killed';
    troubles.push({ what, pid: victim.pid, from: monotonicMs(), to: Infinity });
    if (freezes) {
      victim.kill('SIGSTOP');
      // Longer than the lease, so other workers take over its lanes meanwhile.
      await sleep(3_000);
      victim.kill('SIGCONT');
    } else {
      victim.kill('SIGKILL');
      await system.startWorker();
    }
  }
  return troubles;
}

describe('a deployment', () => {
  it('neither loses, repeats nor reorders updates while workers are killed and frozen', async () => {
    await system.play('/play/faults', { kind: 'duplicate', share: 0.05 });
    await system.play('/play/faults', { kind: 'lose-ack', share: 0.05 });
    let underFire = true;
    const attacked = attack(1_000).finally(() => (underFire = false));
    const [sent, faults] = await Promise.all([send(() => underFire), attacked]);
    await system.untilQuiet();

    const { turns, answers, stalls } = await system.ledger();
    const calls = createCallLog((path) => system.play(path));
    await calls.readOn();
    const stored = await readStored(system.redis, 'chatlane');
    const history = {
      ...stored,
      updates: sent,
      turns,
      answers,
      ...calls.sent(),
      troubles: [...faults, ...stalls.map((stall) => ({ ...stall, to: Infinity }))],
      outages: [],
      losesWrites: false,
      maxAttempts: 50,
      turnTimeoutMs: 60_000,
      calmWaitMs: Infinity,
    };
    expect(checkHistory(history)).toEqual([]);
    expect(stored.sessions.flatMap(({ entries }) => entries)).toHaveLength(sent.length);
    expect(stored.dead).toEqual([]);
  });
});
