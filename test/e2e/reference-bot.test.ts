import { until } from '@chatlane/testing';
import { meet, type Person } from '../harness/person.js';
import { startSystem, type TestSystem } from '../harness/system.js';

const ANOTHER = 602;
let system: TestSystem;

beforeAll(async () => {
  const workerEnv = { BOT_MODULE: '', LEASE_MS: '1000' };
  system = await startSystem({ workers: 1, timeScale: 1, workerEnv });
});
afterAll(() => system.stop());

const newPerson = (language_code = 'en'): Promise<Person> => meet(system, { language_code });

/** Replaces the workers, so that the next turn runs in a new process. */
async function replaceWorker(): Promise<void> {
  const [victim] = system.workers;
  victim!.kill('SIGKILL');
  await victim!.exited;
  await system.startWorker();
}

interface Call {
  method: string;
  params: Record<string, unknown>;
  status: number;
}
const calls = (method: string) =>
  system.play<Call[]>('/play/calls').then((all) => all.filter((call) => call.method === method));

const commandsOf = async (query: string): Promise<string> => {
  const { commands } = await system.play<{ commands: object[] }>(`/play/bot?${query}`);
  return JSON.stringify(commands);
};

const codeIn = (sms: string | undefined): string => /\d{6}(?= is your code)/.exec(sms ?? '')![0];
const filledIn = (phone: string) => `Name: Ann Lee\nEmail: ann@example.com\nPhone: ${phone}`;

describe('a registration', () => {
  it('continues at its step with all answers after its worker is killed, between turns and within one', async () => {
    const ann = await newPerson();
    expect(await ann.ask('/register')).toEqual(["What's your name?"]);
    expect(await ann.ask('Ann Lee')).toEqual(["What's your email address?"]);
    await system.untilQuiet();
    await replaceWorker();
    expect(await ann.ask('ann@example.com')).toEqual([expect.stringContaining('phone number?')]);
    await ann.shareContact({ contact_user_id: ANOTHER });
    expect(await ann.hears(1)).toEqual([expect.stringContaining("someone else's")]);
    await ann.shareContact({ phone_number: '+15550001001' });
    const [sms, question] = await ann.hears(2);
    expect(question).toBe("I've sent a 6-digit code to +15550001001. Please type it here.");
    const code = codeIn(sms);
    const wrong = code === '111111' ? '222222' : '111111';

    // The 429 makes the worker wait while it holds the lane and has not answered yet; it is killed then.
    const flood = {
      kind: 'call-429',
      method: 'sendMessage',
      chat_id: ann.id,
      count: 1,
      retryAfter: 15,
    };
    await system.play('/play/faults', flood);
    await ann.write(wrong);
    const { ops } = system.workers[0]!.ports;
    await until(async () => {
      const metrics = await (await fetch(`http://127.0.0.1:${ops}/metrics`)).text();
      return /flood_wait_seconds_total\{method="sendMessage"\} [1-9]/.test(metrics);
    });
    await replaceWorker();
    // Only one attempt was used, although the turn ran twice.
    expect(await ann.hears(1)).toEqual(["That's not the right code. You have 2 more tries."]);

    expect(await ann.ask(code)).toEqual([`${filledIn('+15550001001')}\n\nIs this right?`]);
    await system.untilQuiet();
    await replaceWorker();
    await ann.press('Edit email');
    expect(await ann.hears(1)).toEqual(["What's your email address?"]);
    await ann.ask('ann@example.org');
    await ann.press('Yes');
    const [registered] = await ann.hears(1);
    expect(registered).toMatch(/^You're registered\.\nName: Ann Lee\nEmail: ann@example\.org/);
    await system.untilQuiet();
    // Every question, answer and code was sent once.
    expect(await ann.messages()).toHaveLength(11);
    expect(await ann.ask('/profile')).toEqual([filledIn('+15550001001').replace('.com', '.org')]);
    expect(await system.operator.deadLetters.count()).toBe(0);
  });

  it('says once, in the user’s language, that the code could not be sent, and tries again', async () => {
    const ann = await newPerson('de');
    for (const text of ['/register', 'Ann Lee', 'ann@example.com']) await ann.ask(text);
    const fault = { kind: 'call-5xx', method: 'sendMessage', chat_id: ann.id, count: 3 };
    await system.play('/play/faults', fault);
    await ann.shareContact({ phone_number: '+15550001001' });
    const [sorry, sms] = await ann.hears(3);
    expect(sorry).toContain('Code nicht senden');
    expect(await ann.ask(/\b\d{6}\b/.exec(sms!)![0])).toEqual([expect.stringContaining('Ann Lee')]);
    await system.untilQuiet();
    expect((await ann.messages()).filter(({ text }) => text === sorry)).toHaveLength(1);
  });

  it('allows three attempts at a code, then asks for the number again', async () => {
    const ann = await newPerson();
    for (const text of ['/register', 'Ann Lee', 'ann@example.com']) await ann.ask(text);
    await ann.shareContact();
    const code = codeIn((await ann.hears(2))[0]);
    const wrong = code === '111111' ? '222222' : '111111';
    await ann.ask(wrong);
    expect(await ann.ask(wrong)).toEqual(["That's not the right code. You have one more try."]);
    expect(await ann.ask(wrong, 2)).toEqual([
      expect.stringContaining("wasn't the right code either"),
      expect.stringContaining('phone number?'),
    ]);
    expect(await ann.ask(code)).toEqual([expect.stringContaining('tap the button below')]);
    expect(await ann.ask('/cancel')).toEqual(['Cancelled.']);
    expect(await ann.ask('/profile')).toEqual([
      "You're not registered yet. To register, send /register.",
    ]);
  });
});

describe('the reference bot', () => {
  it('uses the language of the app or the chosen one, also for its command menu', async () => {
    const ann = await newPerson('de');
    expect(await ann.ask('hm')).toEqual([expect.stringContaining('nicht verstanden')]);
    await ann.ask('/language en');
    await system.untilQuiet();
    await replaceWorker();
    expect(await ann.ask('hm')).toEqual([expect.stringContaining("I didn't understand")]);
    expect(await ann.ask('/language de')).toEqual([
      expect.stringContaining('ab jetzt auf Deutsch'),
    ]);
    expect(await commandsOf(`chat_id=${ann.id}&user_id=${ann.id}`)).toContain('Stell dich vor');
    const offered = (await calls('setMyCommands')).map(({ params: { scope, language_code } }) =>
      JSON.stringify([scope, language_code ?? null]),
    );
    // Commands for private chats, groups and admins, each in English (the default) and in German.
    expect(new Set(offered).size).toBe(6);
  });

  it('asks questions in scenes that follow each other and branch', async () => {
    const ann = await newPerson();
    await ann.ask('/start');
    await ann.ask('Ann');
    expect(await ann.ask('36')).toEqual([expect.stringContaining('meet you, Ann (36)')]);
    for (const [stars, question, answer] of [
      ['2', 'better', 'less'],
      ['5', 'recommend', 'Yes'],
    ] as const) {
      await ann.ask('/survey');
      await ann.press(stars);
      expect(await ann.hears(1)).toEqual([expect.stringContaining(question)]);
      if (stars === '2') await ann.write(answer);
      else await ann.press(answer);
      expect(await ann.hears(1)).toEqual([`Thank you! You gave ${stars} out of 5.`]);
    }
    await ann.ask('/survey');
    await ann.press('2');
    await ann.hears(1);
    expect(await ann.ask('/cancel')).toEqual(['Cancelled.']);
    await ann.ask('/survey');
    expect(await ann.ask('/reset')).toEqual([expect.stringContaining('forgotten')]);
    expect(await ann.ask('/cancel')).toEqual(["There's nothing to cancel."]);
  });

  it('shows its settings in one message, which button presses change', async () => {
    const ann = await newPerson();
    await ann.ask('/settings');
    await ann.press('Hints: on');
    await until(async () => JSON.stringify(await ann.messages()).includes('Hints: off'));
    await ann.write('hm');
    await ann.press(/Language/);
    await until(async () => JSON.stringify(await ann.messages()).includes('Deutsch'));
    await ann.press(/Deutsch/);
    await ann.sees('Einstellungen');
    await ann.press('Schließen');
    await ann.sees('Einstellungen geschlossen');
    expect(await ann.messages()).toHaveLength(1);
  });

  it("shows a user's text unchanged in plain text, in HTML, and split over several messages", async () => {
    const ann = await newPerson();
    const name = `<b>&"'</b> *_[x](y)~\`|{}.!\\`;
    const email = "_o'ann_@example.com";
    await ann.ask('/start');
    await ann.ask(name);
    expect(await ann.ask('36')).toEqual([expect.stringContaining(`meet you, ${name} (36)`)]);
    for (const text of ['/register', name, email]) await ann.ask(text);
    await ann.shareContact({ phone_number: '+15550001001' });
    await ann.ask(codeIn((await ann.hears(2))[0]));
    const card = `Name: ${name}\nEmail: ${email}\nPhone: +15550001001`;
    await ann.press('Yes');
    expect(await ann.hears(1)).toEqual([`You're registered.\n${card}`]);

    const story = '<i>*Much* & _more_.</i> '.repeat(200).slice(0, 4096).trim();
    await ann.ask('/survey');
    await ann.press('1');
    await ann.hears(1);
    await ann.ask(story);
    const [shown, ...pieces] = await ann.ask('/profile', 3);
    expect(shown).toBe(card);
    expect(pieces.join(' ')).toBe(`You gave this bot 1 out of 5.\n${story}`);
    const bold = (await ann.messages())
      .slice(-3)
      .map(({ text, entities = [] }) =>
        entities.flatMap(({ type, offset, length }) =>
          type === 'bold' ? [text!.slice(offset, offset + length)] : [],
        ),
      );
    expect(bold).toEqual([['Name:', 'Email:', 'Phone:'], ['You gave this bot 1 out of 5.'], []]);
  });

  it('lets the admins of a group turn on slow mode', async () => {
    const group = -9030;
    const admin = await meet(system, {}, group);
    const member = await meet(system, {}, group);
    const people = { member_ids: [admin.id, member.id], admin_ids: [admin.id] };
    await system.play('/play/chats', { id: group, type: 'group', ...people });
    await member.write('/admin');
    await member.sees('Only admins');
    await admin.write('/admin');
    await admin.sees('Slow mode: off');
    await admin.press('300 s');
    await admin.sees('one command per member every 300 seconds');
    await member.write('/help');
    await member.sees('what I can do');
    await member.write('/cancel');
    await system.untilQuiet();
    expect((await member.answers()).join()).not.toContain('nothing to cancel');
    expect(await commandsOf(`chat_id=${group}&user_id=${admin.id}`)).toContain('"admin"');
    expect(await commandsOf(`chat_id=${group}&user_id=${member.id}`)).not.toContain('"admin"');
  });
});
