import { setTimeout as sleep } from 'node:timers/promises';
import { checkHistory } from '../chaos/checker/check-history.js';
import type { KnownUpdate, Trouble } from '../chaos/checker/history.js';
import { monotonicMs } from '../harness/clock.js';
import { readSends, readStored } from '../harness/recorded.js';
import { startSystem, type TestSystem } from '../harness/system.js';

const UPDATES = 10_000;
const CHATS = 200;

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({ workers: 3, workerEnv: { LEDGER_SENDS: 'yes' } });
}, 60_000);
afterAll(() => system.stop());

/** Sends updates as many people would, each chat's one after the other. */
async function send(): Promise<KnownUpdate[]> {
  const sent: KnownUpdate[] = [];
  const perChat = UPDATES / CHATS;
  let chat = 0;
  const people = Array.from({ length: 20 }, async () => {
    while (chat < CHATS) {
      const id = (chat += 1);
      for (let count = 0; count < perChat; count += 1) {
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

/** Kills or freezes a random worker now and then, until stopped; a killed one is replaced. */
function attack(everyMs: number): { stop(): Promise<Trouble[]> } {
  const troubles: Trouble[] = [];
  let going = true;
  const done = (async () => {
    while (going) {
      await sleep(everyMs);
      const victim = system.workers[Math.floor(Math.random() * system.workers.length)]!;
      if (Math.random() < 0.7) {
        troubles.push({ what: 'killed', pid: victim.pid, from: monotonicMs(), to: Infinity });
        victim.kill('SIGKILL');
        await system.startWorker();
      } else {
        troubles.push({ what: 'stopped', pid: victim.pid, from: monotonicMs(), to: Infinity });
        victim.kill('SIGSTOP');
        // Longer than the lease: its lanes go to others while it sleeps.
        await sleep(3_000);
        victim.kill('SIGCONT');
      }
    }
  })();
  return {
    async stop() {
      going = false;
      await done;
      return troubles;
    },
  };
}

it('loses, doubles and reorders nothing while workers are killed and frozen', async () => {
  await system.play('/play/faults', { kind: 'duplicate', share: 0.05 });
  await system.play('/play/faults', { kind: 'lose-ack', share: 0.05 });
  const attackers = attack(1_000);
  const sent = await send();
  await sleep(3_000);
  const faults = await attackers.stop();
  await system.untilQuiet();

  const { turns, stalls } = await system.ledger();
  const stored = await readStored(system.redis, 'chatlane');
  const history = {
    ...stored,
    updates: sent,
    turns,
    sends: await readSends((path) => system.play(path)),
    troubles: [...faults, ...stalls.map((stall) => ({ ...stall, to: Infinity }))],
    losesWrites: false,
    maxAttempts: 50,
    turnTimeoutMs: 60_000,
    calmWaitMs: Infinity,
  };
  expect(checkHistory(history)).toEqual([]);
  expect(stored.sessions.flatMap(({ entries }) => entries)).toHaveLength(UPDATES);
  expect(stored.dead).toEqual([]);
  expect(faults.length).toBeGreaterThan(2);
}, 180_000);
