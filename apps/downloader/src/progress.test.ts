import { connectRedis } from '@chatlane/redis';
import { NeverRetryError, RetryAfterError } from '@chatlane/telegram';
import { startRedisWith, until } from '@chatlane/testing';
import { requestFor } from './fetch/fetch.testkit.js';
import { createProgress, type Progress } from './progress.js';

let chat = 0;
const edits: { chatId: number; text: string; businessConnectionId?: string }[] = [];
let answer: () => Promise<unknown>;

const { redis, stop } = await startRedisWith(connectRedis);
afterAll(stop);
beforeEach(() => {
  edits.length = 0;
  chat += 1;
  answer = () => Promise.resolve();
});

const open = (): Progress =>
  createProgress({
    redis,
    name: 'test',
    edit: ({ messageId: _, ...edited }) => {
      edits.push(edited);
      return answer();
    },
  });

function request(id: string, text = '{percent}') {
  const { address, ...rest } = requestFor({}, id);
  const to = { ...address, chat: { id: chat, type: 'private' } };
  return { ...rest, address: to, progress: { messageId: 5, text } };
}

describe('createProgress', () => {
  it('shows the progress of a file', async () => {
    const progress = open();
    progress.report(request('a', '{percent} % of {size}: {received}'), 1_572_864, 3_145_728);
    await until(() => edits.length === 1);
    expect(edits[0]?.text).toBe('50 % of 3.0 MB: 1.5 MB');
    await progress.end('a');
  });

  it('edits a chat at most once a second, across downloaders, and shows the latest state', async () => {
    const both = [open(), open()];
    const report = (percent: number) =>
      both.forEach((one, index) => one.report(request(`b${index}`), percent, 100));
    const startedAt = performance.now();
    report(1);
    await until(() => edits.length === 1);
    for (let percent = 2; percent <= 40; percent += 1) report(percent);
    await until(() => edits.length === 3);
    expect(edits.map(({ text }) => text)).toEqual(['1', '40', '40']);
    // Redis measures the time: three edits take two seconds, however slow this machine is.
    expect(performance.now() - startedAt).toBeGreaterThan(1_990);
    await Promise.all(both.map((one, index) => one.end(`b${index}`)));
  });

  it('does not delay other chats', async () => {
    const progress = open();
    progress.report(request('c1'), 1, 2);
    chat += 1;
    progress.report(request('c2'), 1, 2);
    await until(() => edits.length === 2);
    await Promise.all(['c1', 'c2'].map((id) => progress.end(id)));
  });

  it('has no edit in progress once it has ended', async () => {
    let arrive: () => void = () => undefined;
    answer = () => new Promise<void>((resolve) => (arrive = resolve));
    const progress = open();
    progress.report(request('d'), 1, 2);
    await until(() => edits.length === 1);
    let ended = false;
    const end = progress.end('d').then(() => (ended = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(ended).toBe(false);
    arrive();
    await end;
  });

  it('waits out a flood wait, and gives up on a deleted message', async () => {
    const failure = { method: 'editMessageText', description: 'no' };
    answer = () => Promise.reject(new RetryAfterError({ ...failure, retryAfterMs: 60_000 }));
    const progress = open();
    progress.report(request('e'), 1, 2);
    await until(() => edits.length === 1);
    await until(async () => (await redis.pttl(`{test}:progress:${chat}`)) > 30_000);
    await progress.end('e');

    chat += 1;
    answer = () => Promise.reject(new NeverRetryError(failure));
    progress.report(request('f'), 1, 2);
    await until(() => edits.length === 2);
    progress.report(request('f'), 2, 2);
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(edits).toHaveLength(2);
    await progress.end('f');
  });

  it('edits the message of a business chat on its connection', async () => {
    const progress = open();
    const { address, ...rest } = request('g');
    const businessRequest = { ...rest, address: { ...address, businessConnectionId: 'conn' } };
    progress.report(businessRequest, 1, 2);
    await until(() => edits.length === 1);
    expect(edits).toEqual([{ chatId: chat, text: '50', businessConnectionId: 'conn' }]);
    await progress.end('g');
  });
});
