import { setTimeout as sleep } from 'node:timers/promises';
import { leaseMs, startBroadcasts, TestSender, until, chats } from './broadcasts.testkit.js';
import type { TestBroadcasts } from './broadcasts.testkit.js';

let all: TestBroadcasts;
let test: TestBroadcasts;
beforeAll(async () => {
  all = await startBroadcasts();
});
beforeEach(() => {
  test = all.another();
});
afterEach(() => test.stop());
afterAll(() => all.stop());

const isIn = (id: number, state: string) => async (): Promise<boolean> =>
  (await test.broadcasts.status(id)).state === state;

describe('a running broadcast', () => {
  it('sends to each recipient once and is finished when every one has an outcome', async () => {
    const sender = new TestSender();
    const id = await test.started(1_000);
    await test.runner(sender);
    await until(isIn(id, 'finished'));
    expect(sender.left.sort((a, b) => a - b)).toEqual(chats(1_000));
    const { counts, recipients, endedAt } = await test.broadcasts.status(id);
    expect(counts).toMatchObject({ sent: 1_000, pending: 0, sending: 0 });
    expect(recipients).toBe(1_000);
    expect(endedAt).toBeGreaterThan(0);
    expect(await test.redis.zcard(test.keys.active)).toBe(0);
  });

  it('stores the outcome for each recipient, and its reason', async () => {
    const sender = new TestSender();
    const answers = {
      2: { outcome: 'blocked' },
      3: { outcome: 'failed', why: '400 chat not found' },
      4: { outcome: 'unknown' },
    } as const;
    sender.answer = (chat) => answers[chat as 2] ?? { outcome: 'sent' };
    const id = await test.started(5, { maxErrors: 1 });
    await test.runner(sender);
    await until(isIn(id, 'finished'));
    expect(
      (await test.results(id)).map(({ chatId, outcome, why }) => [chatId, outcome, why]),
    ).toEqual([
      [1, 'sent', undefined],
      [2, 'blocked', undefined],
      [3, 'failed', '400 chat not found'],
      [4, 'unknown', undefined],
      [5, 'sent', undefined],
    ]);
  });

  it('sends nothing more within a second of a pause, and goes on where it stopped', async () => {
    const sender = new TestSender();
    sender.answer = () => sleep(20, { outcome: 'sent' } as const);
    sender.wait = (chat) => sleep(chat % 7);
    const id = await test.started(3_000, { perSecond: 800 });
    await test.runner(sender);
    await until(() => sender.left.length > 300);
    await test.broadcasts.pause(id, 'a typo');
    const atPause = sender.left.length;
    await until(async () => (await test.broadcasts.status(id)).counts.sending === 0);
    await sleep(500);
    expect(sender.left.length).toBe(atPause);
    const paused = await test.broadcasts.status(id);
    expect(paused).toMatchObject({ state: 'paused', paused: { by: 'author', why: 'a typo' } });
    expect(paused.counts.sent).toBe(atPause);
    await test.broadcasts.setRate(id, 0);
    await test.broadcasts.resume(id);
    await until(isIn(id, 'finished'));
    expect(sender.left.sort((a, b) => a - b)).toEqual(chats(3_000));
  });

  it('returns to a recipient that was still waiting when later ones got their messages', async () => {
    const sender = new TestSender();
    sender.answer = () => sleep(200, { outcome: 'sent' } as const);
    sender.wait = (chat, signal) =>
      chat === 5
        ? new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
        : Promise.resolve();
    const id = await test.started(2_000, { perSecond: 500 });
    await test.runner(sender);
    await until(() => sender.left.length > 100);
    await test.broadcasts.pause(id);
    sender.wait = () => Promise.resolve();
    await test.broadcasts.setRate(id, 0);
    await test.broadcasts.resume(id);
    await until(isIn(id, 'finished'));
    expect(sender.left.sort((a, b) => a - b)).toEqual(chats(2_000));
  });

  it('stops when it is cancelled, and leaves the others pending', async () => {
    const sender = new TestSender();
    const id = await test.started(2_000, { perSecond: 200 });
    await test.runner(sender);
    await until(() => sender.left.length > 50);
    await test.broadcasts.cancel(id);
    await until(async () => (await test.redis.hget(test.keys.broadcast(id), 'lease')) === '0');
    // A few messages may leave before the runner knows; the whole broadcast would take ten seconds.
    const left = sender.left.length;
    expect(left).toBeLessThan(1_000);
    const { state, counts } = await test.broadcasts.status(id);
    expect(state).toBe('cancelled');
    expect(counts).toMatchObject({ sent: left, pending: 2_000 - left, sending: 0 });
    await expect(test.broadcasts.resume(id)).rejects.toThrow(
      'is cancelled; only one that is paused',
    );
    expect(await test.redis.pttl(test.keys.outcomes(id))).toBeGreaterThan(0);
  });

  it('starts at its time', async () => {
    const sender = new TestSender();
    await test.runner(sender);
    const at = Date.now() + 1_500;
    const id = await test.started(3, {}, at);
    expect((await test.broadcasts.status(id)).state).toBe('scheduled');
    await until(isIn(id, 'finished'));
    const { startedAt } = await test.broadcasts.status(id);
    expect(startedAt).toBeGreaterThanOrEqual(at);
  });

  it('follows a rate that is changed while it runs', async () => {
    const sender = new TestSender();
    const id = await test.started(2_000, { perSecond: 20 });
    await test.runner(sender);
    await until(() => sender.left.length >= 20);
    const slow = sender.leftAt[19]! - sender.leftAt[0]!;
    expect(slow).toBeGreaterThan(700);
    await test.broadcasts.setRate(id, 0);
    await until(isIn(id, 'finished'));
    expect(sender.repeated()).toEqual([]);
    expect(sender.left).toHaveLength(2_000);
  });

  it('pauses by itself when too many messages fail, says why, and resumes without losing or repeating one', async () => {
    const sender = new TestSender();
    let isBroken = true;
    sender.answer = (chat) =>
      isBroken && chat > 200 && chat % 2
        ? { outcome: 'failed', why: '400 message text is empty' }
        : { outcome: 'sent' };
    const id = await test.started(3_000);
    await test.runner(sender);
    await until(isIn(id, 'paused'));
    const { paused, counts } = await test.broadcasts.status(id);
    expect(paused!.by).toBe('errors');
    expect(paused!.why).toMatch(
      /^2\d % of the last \d+ messages failed, most of them with: 400 message text is empty$/,
    );
    expect(counts.pending).toBeGreaterThan(1_000);
    isBroken = false;
    await test.broadcasts.resume(id);
    await until(isIn(id, 'finished'));
    expect(sender.left.sort((a, b) => a - b)).toEqual(chats(3_000));
    const { counts: ended } = await test.broadcasts.status(id);
    expect(ended.sent + ended.failed).toBe(3_000);
  });

  it('does not pause because of people who have blocked the bot', async () => {
    const sender = new TestSender();
    sender.answer = () => ({ outcome: 'blocked' });
    const id = await test.started(600);
    await test.runner(sender);
    await until(isIn(id, 'finished'));
    expect((await test.broadcasts.status(id)).counts.blocked).toBe(600);
  });

  it('waits for a pause of Telegram without losing a recipient or sending to one twice', async () => {
    const sender = new TestSender();
    let isFlooded = true;
    sender.answer = () =>
      isFlooded ? { outcome: 'later', retryMs: 100, why: '429' } : { outcome: 'sent' };
    const id = await test.started(400);
    await test.runner(sender);
    await until(() => sender.left.length > 600);
    const { counts, state } = await test.broadcasts.status(id);
    expect(state).toBe('running');
    expect(counts).toMatchObject({ sent: 0, failed: 0 });
    isFlooded = false;
    sender.left.length = 0;
    await until(isIn(id, 'finished'));
    expect(sender.repeated()).toEqual([]);
    expect((await test.broadcasts.status(id)).counts.sent).toBe(400);
  });

  it('goes on while another one is stalled', async () => {
    const sender = new TestSender();
    const stalled = await test.started(600);
    // The chats of the other one.
    const other = await test.broadcasts.create({ content: { message: { text: 'other' } } });
    await test.broadcasts.addRecipients(
      other,
      chats(600).map((chat) => chat + 10_000),
    );
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    sender.answer = async (chat) => {
      if (chat < 10_000) await held;
      return { outcome: 'sent' };
    };
    await test.runner(sender);
    await until(() => sender.left.length > 200);
    const { code } = await test.broadcasts.preview(other, {
      chatId: 20_000,
      sender: new TestSender(),
    });
    await test.broadcasts.start(other, { code });
    await until(isIn(other, 'finished'));
    expect((await test.broadcasts.status(stalled)).counts.sent).toBe(0);
    goOn();
    await until(isIn(stalled, 'finished'));
    expect(sender.repeated()).toEqual([]);
  });

  it('is taken over by another process when its own process stops', async () => {
    const [first, second] = [new TestSender(), new TestSender()];
    first.wait = (chat) => sleep(chat % 5);
    const id = await test.started(2_000, { perSecond: 500 });
    const runner = await test.runner(first);
    await until(() => first.left.length > 100);
    await runner.stop();
    const before = first.left.length;
    await test.runner(second);
    await test.broadcasts.setRate(id, 0);
    await until(isIn(id, 'finished'));
    expect(first.left.length).toBe(before);
    expect([...first.left, ...second.left].sort((a, b) => a - b)).toEqual(chats(2_000));
  });

  it('is run by one process at a time', async () => {
    const senders = [new TestSender(), new TestSender(), new TestSender()];
    const id = await test.started(900, { perSecond: 600 });
    for (const sender of senders) await test.runner(sender);
    for (let each = 0; each < 5; each += 1) {
      await test.broadcasts.pause(id).catch(() => undefined);
      await test.broadcasts.resume(id).catch(() => undefined);
      await sleep(leaseMs / 20);
    }
    await until(isIn(id, 'finished'));
    const left = senders.flatMap((sender) => sender.left);
    expect(left.sort((a, b) => a - b)).toEqual(chats(900));
  });
});
