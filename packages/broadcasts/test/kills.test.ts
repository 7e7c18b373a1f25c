import { createHash } from 'node:crypto';
import { fetchScript, settleScript } from '../src/scripts.js';
import { chats, leaseMs, startBroadcasts, TestSender, until } from './broadcasts.testkit.js';
import type { TestBroadcasts } from './broadcasts.testkit.js';
import { createKillableRunner, type Step } from './killable.testkit.js';

let all: TestBroadcasts;
beforeAll(async () => {
  all = await startBroadcasts();
});
afterAll(() => all.stop());

const shaOf = ({ source }: { source: string }): string =>
  createHash('sha1').update(source).digest('hex');
const isScript = (step: Step, script: { source: string }): boolean =>
  'redis' in step && step.redis.endsWith(shaOf(script));

interface KillOutcome {
  died: boolean;
  /** The chats to which a message left, from both processes. */
  left: number[];
  unknown: number[];
}

/** Runs a broadcast whose first runner dies at a step, and checks the results after a second one has finished it. */
async function runWithKill(
  isLast: (step: Step) => boolean,
  { recipients = 6, unknown }: { recipients?: number; unknown?: 'keep' | 'retry' } = {},
): Promise<KillOutcome> {
  const test = all.another();
  const [first, second] = [new TestSender(), new TestSender()];
  const id = await test.started(recipients, unknown && { unknown });
  const { name } = test;
  const killable = createKillableRunner({ name, leaseMs }, test.connect(), first, isLast);
  await killable.runner.start();
  const isOver = async (): Promise<boolean> =>
    (await test.broadcasts.status(id)).state === 'finished';
  await until(async () => killable.isDead() || (await isOver()));
  const died = killable.isDead();
  if (died) await test.runner(second);
  await until(isOver);
  const results = await test.results(id);
  const chatsWith = (outcome: string): number[] =>
    results.filter((each) => each.outcome === outcome).map(({ chatId }) => chatId);
  const sent = chatsWith('sent');
  const left = [...first.left, ...second.left];
  expect([...sent, ...chatsWith('unknown')].sort((a, b) => a - b)).toEqual(chats(recipients));
  const { counts } = await test.broadcasts.status(id);
  expect(counts).toMatchObject({ sent: sent.length, pending: 0, sending: 0 });
  for (const chat of sent) expect(left).toContain(chat);
  if (unknown !== 'retry') expect(left.length).toBe(new Set(left).size);
  killable.bury();
  return { died, left, unknown: chatsWith('unknown') };
}

describe('a runner that is killed', () => {
  it('between fetch and send loses no recipient: the next runner sends to all of them', async () => {
    const { died, left, unknown } = await runWithKill((step) => isScript(step, fetchScript));
    expect(died).toBe(true);
    expect(unknown).toEqual([]);
    expect(left).toEqual(chats(6));
  });

  it('between send and outcome leaves recipients unknown, and they get no second message', async () => {
    const { died, left, unknown } = await runWithKill((step) => 'left' in step && step.left === 3);
    expect(died).toBe(true);
    expect(unknown).toContain(3);
    expect(left.filter((chat) => chat === 3)).toEqual([3]);
  });

  it('between send and outcome lets the next runner send to them again if the author chose so', async () => {
    const { left, unknown } = await runWithKill((step) => 'left' in step && step.left === 3, {
      unknown: 'retry',
    });
    expect(unknown).toEqual([]);
    expect(left.filter((chat) => chat === 3)).toEqual([3, 3]);
  });

  it('while outcomes are stored counts none of them twice', async () => {
    const { died } = await runWithKill((step) => isScript(step, settleScript), { recipients: 40 });
    expect(died).toBe(true);
  });

  it('after any of its steps leaves every recipient with one outcome and at most one message', async () => {
    const AT_ONCE = 12;
    let from = 1;
    for (let haveAllDied = true; haveAllDied; from += AT_ONCE) {
      const steps = Array.from({ length: AT_ONCE }, (_each, index) => from + index);
      const outcomes = await Promise.all(
        steps.map((last) => {
          let step = 0;
          return runWithKill(() => (step += 1) === last);
        }),
      );
      haveAllDied = outcomes.every(({ died }) => died);
    }
    expect(from).toBeGreaterThan(AT_ONCE);
  });
});

describe('unknown outcomes', () => {
  it('cause another message after the end only when the author asks for it', async () => {
    const test = all.another();
    const sender = new TestSender();
    sender.answer = (chat) => ({ outcome: chat === 2 ? 'unknown' : 'sent' });
    const id = await test.started(3, { maxErrors: 1 });
    await test.runner(sender);
    const isFinished = async (): Promise<boolean> =>
      (await test.broadcasts.status(id)).state === 'finished';
    await until(isFinished);
    await expect(test.broadcasts.resume(id)).rejects.toThrow('is finished');
    sender.answer = () => ({ outcome: 'sent' });
    await test.broadcasts.resume(id, { unknown: 'retry' });
    await until(isFinished);
    expect(sender.left).toEqual([1, 2, 3, 2]);
    expect((await test.broadcasts.status(id)).counts).toMatchObject({ sent: 3, unknown: 0 });
    await expect(test.broadcasts.resume(id, { unknown: 'retry' })).rejects.toThrow('is finished');
  });
});
