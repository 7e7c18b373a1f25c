import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { until } from '@chatlane/testing';
import { Queue } from 'bullmq';
import { meet } from '../harness/person.js';
import { startSystem, type TestSystem } from '../harness/system.js';

const EVENTS_SECRET = 'e'.repeat(32);
const harness = new URL('../harness/bots/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
/** The code without its imports, indentation and line breaks. */
const squeezed = (code: string): string =>
  code
    .replace(/^import [^;]*;$/gm, '')
    .replace(/\s+/g, '')
    .replace(/,(?=[)\]}])/g, '');

interface Ticket {
  id: number;
  chatId: number;
}
interface Panel {
  answerTicket(ticket: Ticket, text: string): Promise<void>;
  callBack(ticket: Ticket, at: Date): Promise<void>;
  dropCall(ticket: Ticket): Promise<void>;
  stop(): Promise<void>;
}

let system: TestSystem;
let panel: Panel;
beforeAll(async () => {
  system = await startSystem({
    workers: 2,
    timeScale: 1,
    ingressEnv: { EVENTS_SECRET },
    workerEnv: { BOT_MODULE: fileURLToPath(new URL('outside-bot.mjs', harness)) },
  });
  process.env['REDIS_URL'] = system.redisServer.url;
  panel = (await import(new URL('outside-panel.mjs', harness).href)) as Panel;
});
afterAll(async () => {
  await panel?.stop();
  await system?.stop();
});

async function killWorkers(): Promise<void> {
  for (const worker of system.workers) worker.kill('SIGKILL');
  await Promise.all(system.workers.map(({ exited }) => exited));
}

describe('the page about what happens outside an update', () => {
  it('shows only code that is run here', () => {
    const page = read('../../packages/middleware/docs/outside-an-update.md');
    const code = ['outside-bot.mjs', 'outside-panel.mjs'].map((file) =>
      squeezed(readFileSync(new URL(file, harness), 'utf8')),
    );
    const blocks = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(([, block]) => block!);
    expect(blocks.length).toBeGreaterThan(4);
    for (const block of blocks) {
      const isRun = code.some((each) => each.includes(squeezed(block)));
      expect({ block, isRun }).toEqual({ block, isRun: true });
    }
  });

  it('has a reminder that outlives its workers, and can be replaced and cancelled', async () => {
    const ann = await meet(system);
    const bob = await meet(system);
    await ann.ask('/remind 60 replaced');
    expect(await ann.ask('/remind 0.05 tea')).toEqual(['I will remind you.']);
    expect(await bob.ask('/remind 60 coffee')).toEqual(['I will remind you.']);
    expect(await bob.ask('/forget')).toEqual(['Forgotten.']);
    expect(await bob.ask('/forget')).toEqual(['There is no reminder.']);
    await killWorkers();
    await system.startWorker();
    await ann.sees(/tea \(reminder 1\)/);
    await ann.ask('/remind 0 again');
    await ann.sees(/again \(reminder 2\)/);
  });

  it('has a schedule that sends to all subscribers once when it is due', async () => {
    const people = [await meet(system), await meet(system)];
    for (const person of people) {
      expect(await person.ask('/subscribe')).toEqual(['You get the news at nine.']);
    }
    await system.startWorker();
    const queue = new Queue('later', { connection: system.redis, prefix: '{chatlane}' });
    const run = (await queue.getDelayed()).find(({ name }) => name === 'schedule')!;
    const day = new Date(run.opts.prevMillis!);
    expect(day.toLocaleTimeString('de-DE', { timeZone: 'Europe/Berlin' })).toBe('09:00:00');
    await run.promote();
    for (const person of people) {
      await person.sees(`The news of ${day.toISOString().slice(0, 10)}`);
    }
    await system.untilQuiet();
    for (const person of people) expect((await person.answers()).length).toBe(2);
    await queue.close();
  });

  it('has a payment callback that may be repeated', async () => {
    const ann = await meet(system);
    const [ingress] = system.ingresses;
    const data = { order: 7, cents: 1250 };
    const pay = () =>
      fetch(`http://127.0.0.1:${ingress!.ports.http}/events`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${EVENTS_SECRET}` },
        body: JSON.stringify({ chat: ann.id, name: 'paid', data, id: 'payment-7' }),
      });
    await ann.write('hello');
    expect((await pay()).status).toBe(200);
    expect(await (await pay()).json()).toEqual({ result: 'duplicate' });
    await ann.sees('Thank you! Order 7 is paid: 12.50 EUR.');
    await system.untilQuiet();
    expect((await ann.answers()).length).toBe(1);
  });

  it('has an admin panel', async () => {
    const ann = await meet(system);
    await ann.write('hello');
    const ticket = { id: 1, chatId: ann.id };
    await panel.answerTicket(ticket, 'We look into it.');
    await ann.sees('Support: We look into it.');
    await panel.callBack(ticket, new Date(Date.now() + 3_600_000));
    await panel.callBack(ticket, new Date(Date.now() + 500));
    await ann.sees('Support: We call you now.');
    await panel.callBack(ticket, new Date(Date.now() + 3_600_000));
    const queue = system.deployment.later();
    await until(async () => (await queue.count()) === 1);
    await panel.dropCall(ticket);
    await until(async () => (await queue.count()) === 0);
    await queue.close();
  });
});
