import type { AppProcess } from '@chatlane/processes';
import { until } from './telegram.testkit.js';
import { startWorkerSystem, type WorkerSystem } from './worker.testkit.js';

let system: WorkerSystem;

/** Does what the text says, and prints the outcome of late replies to standard output. */
const bot = `
  const reply = (words) => ctx.reply(words).catch((error) => console.log(words, error.name));
  const stopped = new Promise((resolve) => ctx.turn.signal.addEventListener('abort', resolve));
  await ctx.reply(text);
  if (text === 'twice') {
    await ctx.reply('and again');
    const media = { kind: 'document', fileId: 'a', fileUniqueId: 'b' };
    const address = { lane: ctx.turn.lane, chat: ctx.chat };
    const request = { userId: 1, requestedAt: 1, media, address, priority: 'normal', processors: [] };
    ctx.turn.outbox.stage('download', (id) => JSON.stringify({ id, ...request }));
  }
  if (text === 'stuck') await new Promise(() => undefined);
  if (text === 'late') {
    await stopped;
    console.log('aborted', ctx.turn.signal.reason.message);
    await reply('at once');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await reply('much later');
    console.log('the handler is through');
  }
  if (text === 'next') console.log('the next handler runs');`;

beforeEach(async () => {
  system = await startWorkerSystem(bot);
});

afterEach(() => system.stop());

async function metricsOf(worker: AppProcess): Promise<string[]> {
  const metrics = await fetch(`http://127.0.0.1:${worker.ports.ops}/metrics`);
  return (await metrics.text()).split('\n');
}

const idle = { waking: 0, held: 0, resting: 0, paused: 0 };

describe('a worker that is asked to stop', () => {
  it('finishes the running turn and delivers its outbox, releases all lanes and exits with 0', async () => {
    const { telegram, push, startWorker } = system;
    const worker = await startWorker({ WORKER_TURNS: '1' });
    const release = telegram.hold();
    await push(1, 10, 'twice');
    await until(() => telegram.texts().length === 1);
    await push(1, 11, 'next');
    await push(2, 12, 'other');
    worker.kill('SIGTERM');
    await until(() => worker.output().includes('"stopping"'));
    release();

    expect(await worker.exited).toEqual({ code: 0, signal: null });
    expect(telegram.texts()).toEqual(['twice', 'and again']);
    expect(await system.lanes()).toMatchObject({ ...idle, waking: 2 });
    expect(await system.redis.exists('{chatlane}:downloads:10.1')).toBe(1);
    expect((await system.lanes()).outbox.entries).toBe(0);
    expect(worker.output()).not.toContain('resources were left open');

    // The next worker gets the lanes before a lease would expire, because they were released.
    await startWorker();
    await until(() => telegram.texts().length === 4);
    expect(telegram.texts().slice(2).sort()).toEqual(['next', 'other']);
    await until(async () => (await system.lanes()).oldestEventMs === 0);
    expect(await system.lanes()).toMatchObject(idle);
  });

  it('leaves a turn that does not end in time to another worker', async () => {
    const { telegram, push, startWorker } = system;
    const worker = await startWorker({ SHUTDOWN_DEADLINE_MS: '2500' });
    await push(1, 10, 'stuck');
    await until(() => telegram.texts().length === 1);
    worker.kill('SIGTERM');
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    // The lane rests, so that no other worker handles the chat before the process has exited.
    expect(await system.lanes()).toMatchObject({ ...idle, resting: 1 });

    const other = await startWorker();
    const replayed = 'chatlane_telegram_effects_total{event="replayed"} 1';
    await until(async () => (await metricsOf(other)).includes(replayed));
    // The second handler gets as far as the first one did, and sends nothing twice.
    expect(telegram.texts()).toEqual(['stuck']);
  });
});

describe('a turn that takes too long', () => {
  it('is aborted, can send nothing more, and is given up after its last attempt', async () => {
    const { telegram, push, startWorker } = system;
    const worker = await startWorker({ TURN_TIMEOUT_MS: '2500', MAX_ATTEMPTS: '1' });
    await push(1, 10, 'late');
    await push(1, 11, 'next');
    await until(() => worker.output().includes('the handler is through'));

    expect(worker.output()).toContain('aborted The turn was stopped: deadline.');
    expect(worker.output()).toContain('at once TurnOverError');
    expect(worker.output()).toContain('much later TurnOverError');
    await until(async () => (await system.lanes()).oldestEventMs === 0);
    // The chat waited for the handler.
    expect(worker.output()).toMatch(/the handler is through[^]*the next handler runs/);
    expect(telegram.texts()).toEqual(['late', 'next']);
    expect(await system.lanes()).toMatchObject({ ...idle, deadLetters: 1 });
    const lines = await metricsOf(worker);
    expect(lines).toContain('chatlane_turns_total{outcome="buried"} 1');
    expect(lines).toContain('chatlane_turns_total{outcome="done"} 1');
    expect(lines).toContain('chatlane_overdue_handlers 0');
  });

  it('makes its worker exit if the handler never ends, without harm to other chats', async () => {
    const { telegram, push, startWorker } = system;
    const limits = { TURN_TIMEOUT_MS: '4000', TURN_GRACE_MS: '2500', MAX_ATTEMPTS: '1' };
    const worker = await startWorker(limits);
    await push(1, 10, 'stuck');
    await push(1, 11, 'next');
    await until(() => telegram.texts().length === 1);
    await until(async () => (await metricsOf(worker)).includes('chatlane_overdue_handlers 1'));
    // Other chats are not charged for an attempt, although they have only one: they are answered before or after the
    // exit.
    const release = telegram.hold();
    await push(2, 12, 'other');
    await until(() => telegram.texts().length === 2);
    await until(() => worker.output().includes('a handler did not end'));
    release();
    expect(await worker.exited).toEqual({ code: 1, signal: null });
    expect(worker.output()).toMatch(/"lane":"c:1","eventId":"10","kind":"message","attempt":1/);
    expect(telegram.texts()).toEqual(['stuck', 'other']);
    expect(await system.lanes()).toMatchObject({ ...idle, resting: 1, deadLetters: 0 });

    await startWorker(limits);
    await until(() => telegram.texts().length === 3);
    expect(telegram.texts().at(-1)).toBe('next');
    expect(await system.lanes()).toMatchObject({ deadLetters: 1 });
  });
});
