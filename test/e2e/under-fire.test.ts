import { setTimeout as sleep } from 'node:timers/promises';
import { checkHistory } from '../harness/check-history.js';
import { startSystem, type TestSystem } from '../harness/system.js';

const UPDATES = 10_000;
const CHATS = 200;

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({ workers: 3 });
}, 60_000);
afterAll(() => system.stop());

/** Sends updates as many people would, each chat's one after the other. */
async function send(): Promise<Map<number, number[]>> {
  const sent = new Map<number, number[]>();
  const perChat = UPDATES / CHATS;
  let chat = 0;
  const people = Array.from({ length: 20 }, async () => {
    while (chat < CHATS) {
      const id = (chat += 1);
      sent.set(id, []);
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
        sent.get(id)!.push(update_id);
      }
    }
  });
  await Promise.all(people);
  return sent;
}

/** Kills or freezes a random worker now and then, until stopped; a killed one is replaced. */
function attack(everyMs: number): { stop(): Promise<{ kills: number; freezes: number }> } {
  const faults = { kills: 0, freezes: 0 };
  let going = true;
  const done = (async () => {
    while (going) {
      await sleep(everyMs);
      const victim = system.workers[Math.floor(Math.random() * system.workers.length)]!;
      if (Math.random() < 0.7) {
        faults.kills += 1;
        victim.kill('SIGKILL');
        await system.startWorker();
      } else {
        faults.freezes += 1;
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
      return faults;
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

  const lanes = await Promise.all(
    [...sent].map(async ([chat, ids]) => ({
      lane: `c:${chat}`,
      sent: ids,
      session: await system.sessionOf(chat),
    })),
  );
  expect(checkHistory(lanes, await system.ledger())).toEqual([]);
  expect(lanes.flatMap(({ session }) => session)).toHaveLength(UPDATES);
  expect(await system.operator.deadLetters.count()).toBe(0);
  expect(faults.kills + faults.freezes).toBeGreaterThan(2);
}, 180_000);
