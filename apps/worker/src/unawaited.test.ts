import { until } from './bot-api.testkit.js';
import { openStage, type Stage } from './worker.testkit.js';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage(`
    ctx.reply(text);
    if (text === 'chain') (async () => { await ctx.reply('first'); await ctx.reply('second'); })();`);
});

afterAll(() => stage.stop());

const counted = 'chatlane_middleware_total{what="calls-pending"}';

describe('calls that no handler awaited', () => {
  it('are sent before the next turn of the chat, and each turn with some is counted', async () => {
    const lines: string[] = [];
    const worker = await stage.startWorker({ LOG_LEVEL: 'warn' }, (line) => lines.push(line));
    await stage.push(1, 1, 'chain');
    await stage.push(1, 2, 'a private word');
    await until(() => stage.api.texts().includes('a private word'));
    expect(stage.api.texts()).toEqual(['chain', 'first', 'second', 'a private word']);
    await until(async () => (await stage.lanes()).held === 0);
    const metrics = await (await fetch(`http://127.0.0.1:${worker.ports.ops}/metrics`)).text();
    expect(metrics).toContain(`${counted} 2\n`);

    // The method is named once, the text never.
    const told = lines.filter((line) => line.includes('calls pending'));
    expect(told).toEqual([expect.stringContaining('sendMessage')]);
    expect(lines.join()).not.toContain('a private word');
  });

  it('may fail: the worker lives, says which method, and the turn is done', async () => {
    const lines: string[] = [];
    const worker = await stage.startWorker({ LOG_LEVEL: 'warn' }, (line) => lines.push(line));
    while (!lines.join().includes('no handler awaited')) {
      await stage.push(2, Math.floor(Math.random() * 1e9), 'refuse');
      await until(async () => (await stage.lanes()).held === 0);
    }
    expect(lines.join()).toContain('"method":"sendMessage","errorCode":403');
    const health = await fetch(`http://127.0.0.1:${worker.ports.ops}/healthz`);
    expect(health.status).toBe(200);
    expect(await stage.lanes()).toMatchObject({ oldestEventMs: 0 });
  });
});
