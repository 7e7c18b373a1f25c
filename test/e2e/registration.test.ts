import type { AppProcess } from '@chatlane/processes';
import { until } from '@chatlane/testing';
import type { Browser } from 'playwright-core';
import { startSystem, type TestSystem } from '../harness/system.js';
import { openPerson, startBrowser, type Person } from './browser.js';

let system: TestSystem;
let workers: AppProcess[];
let browser: Browser;
/** The number of updates sent so far. */
let sent = 0;

beforeAll(async () => {
  [browser, system] = await Promise.all([
    startBrowser(),
    startSystem({ workers: 2, timeScale: 1, workerEnv: { BOT_MODULE: '' } }),
  ]);
  workers = [...system.workers];
});

afterAll(async () => {
  await browser.close();
  await system.stop();
});

interface Delivery {
  kind: string;
  lane: string;
  attempt: number;
  status: number;
  outcome: string;
}

/** Telegram's delivery attempts for this person's updates. */
async function deliveriesOf(person: Person): Promise<Delivery[]> {
  const lanes = [`${person.id()}`, `${person.id()}+3`];
  const all = await system.play<Delivery[]>('/play/deliveries');
  return all.filter(({ lane }) => lanes.includes(lane));
}

/** All messages of the bot to this person. */
async function answersTo(person: Person): Promise<string[]> {
  const path = `/play/chats/${person.id()}/messages`;
  const history = await system.play<{ text?: string; from: { is_bot: boolean } }[]>(path);
  return history.filter(({ from }) => from.is_bot).map(({ text }) => text ?? '');
}

async function metric({ ports }: AppProcess, sample: string): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${ports.ops}/metrics`)).text();
  const line = metrics.split('\n').find((each) => each.startsWith(`${sample} `));
  return Number(line?.split(' ')[1] ?? 0);
}

/** The number of committed turns per worker. */
function turnsOf(those: readonly AppProcess[]): Promise<number[]> {
  return Promise.all(those.map((each) => metric(each, 'chatlane_turns_total{outcome="done"}')));
}

/** Waits until the workers have committed a turn for each update; resolves with the number per worker. */
async function untilAllCommitted(): Promise<number[]> {
  return until(async () => {
    const turns = await turnsOf(workers);
    const sum = turns.reduce((total, each) => total + each, 0);
    expect(sum).toBeLessThanOrEqual(sent);
    return sum === sent && turns;
  }, `${sent} turns that are committed`);
}

async function ask(person: Person, text: string, answer: string): Promise<void> {
  sent += 1;
  await person.write(text);
  expect(await person.hears()).toBe(answer);
}

/** Shares the phone number and types the code sent for it. */
async function prove(person: Person): Promise<string> {
  sent += 1;
  await person.press('Share my phone number');
  await person.press('Share');
  const sms = await person.hears();
  const phone = /SMS → (\S+)/.exec(sms)![1]!;
  expect(await person.hears()).toBe(`I've sent a 6-digit code to ${phone}. Please type it here.`);
  await ask(person, /\d{6}(?= is your code)/.exec(sms)![0], `${filledIn(phone)}\n\nIs this right?`);
  return phone;
}

async function sayYes(person: Person, phone: string): Promise<void> {
  sent += 1;
  await person.press('Yes');
  expect(await person.hears()).toBe(`You're registered.\n${filledIn(phone)}`);
}

const crowd = Array.from({ length: 20 }, (_, index) => 1_000_000 + index);
const askName = "What's your name?";
const askEmail = "What's your email address?";
const noEmail =
  "That doesn't look like an email address. Please send one like ann@example.com. To stop, send /cancel.";
const askPhone = "What's your phone number? Tap the button below to share it.";
const filledIn = (phone: string) => `Name: Ann Lee\nEmail: ann@example.com\nPhone: ${phone}`;

describe('a person on the page', () => {
  it('gets to know the bot, registers after an edit, and cancels another registration', async () => {
    const person = await openPerson(browser, system.url);
    sent += 1;
    await person.press('Start');
    expect(await person.hears()).toBe("Hello! What's your name?");
    await ask(person, 'Ann', 'How old are you?');
    await ask(person, '36', 'Nice to meet you, Ann (36). /help shows what I can do.');
    await ask(person, '/register', askName);
    await ask(person, 'Ann Lee', askEmail);
    await ask(person, 'ann at example', noEmail);
    await ask(person, 'ann@example.com', askPhone);
    await sayYes(person, await prove(person));
    const edit = person.page.getByRole('button', { name: 'Edit name', exact: true });
    expect(await edit.count()).toBe(0);
    await ask(person, '/register', askName);
    await ask(person, '/cancel', 'Cancelled.');
    expect(person.faults).toEqual([]);

    // Each update was delivered to the webhook once, pushed into a lane once, and handled in one turn.
    const seen = await deliveriesOf(person);
    expect(seen.map(({ kind }) => kind).sort()).toEqual([
      'callback_query',
      ...Array<string>(sent - 1).fill('message'),
    ]);
    for (const each of seen) expect(each).toMatchObject({ attempt: 1, status: 200, outcome: 'ok' });
    const stored = 'chatlane_ingress_updates_total{source="webhook",outcome="stored"}';
    expect(await metric(system.ingresses[0]!, stored)).toBe(sent);
    await untilAllCommitted();
  });

  it('is served together with many others by both workers', async () => {
    const before = await untilAllCommitted();
    const both = (turns: number[]): boolean =>
      turns.every((count, index) => count > before[index]!);
    while (!both(await untilAllCommitted())) {
      sent += crowd.length;
      await Promise.all(
        crowd.map((id) =>
          system.play('/play/messages', { chat_id: id, from_id: id, text: '/cancel' }),
        ),
      );
    }
  });

  it("gets every answer once although the chat's worker is killed", async () => {
    const { id } = await system.play<{ id: number }>('/play/users', { first_name: 'Ann' });
    const person = await openPerson(browser, `${system.url}/#${id}/${id}`);
    await ask(person, '/register', askName);
    await ask(person, 'Ann Lee', askEmail);
    const before = await untilAllCommitted();

    // The 429 makes a worker wait while it holds the chat's lane and has not answered yet.
    const flood = {
      kind: 'call-429',
      method: 'sendMessage',
      chat_id: id,
      count: 1,
      retryAfter: 15,
    };
    await system.play('/play/faults', flood);
    await person.write('ann at example');
    const waits = 'chatlane_telegram_flood_wait_seconds_total{method="sendMessage"}';
    const waited = async () => Promise.all(workers.map((worker) => metric(worker, waits)));
    await until(async () => (await waited()).some((seconds) => seconds !== 0));
    const victim = (await waited()).findIndex((seconds) => seconds > 0);
    const survivor = 1 - victim;
    workers[victim]!.kill('SIGKILL');

    expect(await person.hears()).toBe(noEmail);
    await ask(person, 'ann@example.com', askPhone);
    await sayYes(person, await prove(person));
    await system.untilQuiet();
    const answers = await answersTo(person);
    expect(answers.slice(0, 4)).toEqual([askName, askEmail, noEmail, askPhone]);
    expect(answers).toHaveLength(8);
    expect(await turnsOf([workers[survivor]!])).toEqual([before[survivor]! + 5]);
    expect(await system.operator.deadLetters.count()).toBe(0);
    expect(person.faults).toEqual([]);
  });
});
