import { readdirSync, readFileSync } from 'node:fs';
import { memoryStore } from '@chatlane/middleware';
import { connectRedis } from '@chatlane/redis';
import { startRedisWith } from '@chatlane/testing';
import { MongoClient } from 'mongodb';
import { Composer } from 'telegraf';
import { talkTo } from '../src/scenes/talk.testkit.js';
import { createBot as buttonsBot } from './examples/buttons.js';
import { createBot as effectsBot } from './examples/effects.js';
import { bot as filesBot } from './examples/files.js';
import firstBot from './examples/first.js';
import { guarded, limited } from './examples/limits-and-guards.js';
import longWaitBot from './examples/long-wait.js';
import { createBot as menusBot } from './examples/menus.js';
import { createBot as optOutBot } from './examples/opt-out.js';
import { bot as questionsBot } from './examples/questions.js';
import { bot as scenesBot } from './examples/scenes.js';
import { polling, bot as sessionsBot, versioned } from './examples/sessions.js';
import { checkStore, inEachStore } from './examples/stores.js';
import { createBot as streamsBot } from './examples/streams.js';
import { bot as textsBot } from './examples/texts.js';

const { redis, stop } = await startRedisWith(connectRedis);
const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
/** The code after its imports, without indentation and line breaks. */
const plain = (code: string): string =>
  code
    .replace(/^import [^;]*;$/gm, '')
    .replace(/\s+/g, '')
    .replace(/,(?=[)\]}])/g, '');

const examples = readdirSync(new URL('examples', import.meta.url)).map((file) => ({
  file,
  code: plain(read(`examples/${file}`)),
}));

describe('the documentation for bot authors', () => {
  it.each(['README.md', 'docs/reference.md', 'docs/sessions.md', 'docs/stores.md'])(
    'shows only code in %s that is compiled and run here',
    (document) => {
      const blocks = [...read(`../${document}`).matchAll(/```ts\n([\s\S]*?)```/g)];
      expect(blocks.length).toBeGreaterThan(0);
      for (const [, block = ''] of blocks) {
        const home = examples.find(({ code }) => code.includes(plain(block)));
        expect({ block, home: home?.file }).toEqual({ block, home: expect.any(String) as string });
      }
    },
  );

  it('has no broken links', () => {
    const readme = read('../README.md');
    const headings = [...readme.matchAll(/^## (.*)/gm)].map(
      ([, heading = '']) => `#${heading.toLowerCase().replaceAll(' ', '-')}`,
    );
    for (const [, link = ''] of readme.matchAll(/\]\(([^)]+)\)/g)) {
      if (link.startsWith('#')) expect(headings).toContain(link);
      else if (link.endsWith('.md')) expect(read(`../${link}`)).not.toBe('');
    }
  });
});

describe('the examples for bot authors', () => {
  afterAll(stop);

  it('answer without an apology after a short wait', async () => {
    expect(await talkTo(longWaitBot).say('hello')).toEqual(['Here I am.']);
  });

  it('run a side effect with a key of its update', async () => {
    const keys: string[] = [];
    const bank = {
      charge(_: string, { idempotencyKey }: { idempotencyKey: string }) {
        keys.push(idempotencyKey);
        return Promise.resolve({ id: 'ch_1' });
      },
    };
    expect(await talkTo(effectsBot(bank)).say('/pay')).toEqual(['Paid: ch_1']);
    expect(keys).toEqual([expect.stringContaining('charge')]);
  });

  it('let people opt out of broadcasts', async () => {
    const topics: string[] = [];
    const chats = {
      optOut: (_: number, topic: string) => Promise.resolve(void topics.push(topic)),
      optIn: () => Promise.resolve(),
    };
    expect(await talkTo(optOutBot({ chats })).say('/stop')).toEqual([
      'You will get no more of these messages.',
    ]);
    expect(topics).toEqual(['news']);
  });

  it('keep sessions', async () => {
    const ann = talkTo(firstBot);
    expect([await ann.say('hello'), await ann.say('hello')]).toEqual([
      ['Message 1'],
      ['Message 2'],
    ]);
    expect(await talkTo(sessionsBot).say('hello')).toEqual([' 1']);
    const old = talkTo(versioned(), '{"name":"Ann","phone":"1"}');
    expect(await old.say('hello')).toEqual(['Ann 1']);
    const user = { id: 42, is_bot: false, first_name: 'Ann' };
    const vote = { poll_answer: { poll_id: '1', user, option_ids: [0] } };
    expect(await talkTo(polling()).send(vote)).toEqual(['That was your vote number 1.']);
  });

  it('build with each store', () => {
    // Neither driver connects before its first use.
    const db = new MongoClient('mongodb://127.0.0.1/none').db();
    expect(inEachStore('postgres://127.0.0.1/none', db)).toBeInstanceOf(Composer);
  });

  it('lead through scenes and wizards', async () => {
    const ann = talkTo(scenesBot);
    const replies: string[] = [];
    const texts = ['/register', 'Ann', 'none', 'ann@example.com', 'no', 'Bea', 'yes'];
    for (const text of texts) replies.push(...(await ann.say(text)));
    expect(replies).toEqual([
      'Your name?',
      'Email?',
      'That is not an address.',
      'Ann, is that right?',
      'Your name?',
      'Bea, is that right?',
    ]);
    expect(ann.stored).toContain('{"name":"Bea","email":"ann@example.com"}');
    await ann.say('/start');
    expect(await ann.say('Ann')).toEqual(['How old are you, Ann?']);
    expect(await ann.say('/cancel')).toEqual(['Cancelled.']);
    expect(await ann.say('/reset')).toEqual(['All is forgotten.']);
  });

  it('ask one question after another, and take corrections', async () => {
    const ann = talkTo(questionsBot);
    expect(await ann.say('/TICKET')).toEqual(['Your name?']);
    expect(await ann.say('Ann')).toEqual(['Your number?']);
    const chat = { id: 42, type: 'private' };
    const from = { id: 42, is_bot: false, first_name: 'Ann' };
    const edited_message = { message_id: 1, date: 1, edit_date: 2, chat, from, text: 'Bea' };
    expect(await ann.send({ edited_message })).toEqual(['Thanks, Bea.']);
  });

  it('limit and guard', async () => {
    const ann = talkTo(limited({ redis, name: 'limited' }));
    expect(await ann.say('/export')).toEqual(['Here it is.']);
    expect(await ann.say('/export')).toEqual([
      expect.stringMatching(/^Not so fast: I skip this and what follows for \d+ s/),
    ]);
    const bea = talkTo(guarded({ redis, name: 'guarded' }));
    expect(await bea.say('/register')).toEqual(['Welcome.']);
    expect([await bea.say('/slow'), await bea.say('/stats')]).toEqual([[], []]);
    expect(await bea.say('36')).toEqual(['37!']);
    expect(await bea.say('old')).toEqual(['A number, please.']);
  });

  it('show buttons, ask for files, and speak', async () => {
    const ann = talkTo(buttonsBot('a secret of thirty-two characters'));
    expect(await ann.say('/remove')).toEqual(['Sure?']);

    const staged: string[] = [];
    const outbox = { stage: (kind: string) => (staged.push(kind), '1.1') };
    const bea = talkTo(filesBot, undefined, { outbox });
    const chat = { id: 42, type: 'private' };
    const from = { id: 42, is_bot: false, first_name: 'Ann' };
    const document = { file_id: 'f', file_unique_id: 'u' };
    await bea.send({ message: { message_id: 1, date: 1, chat, from, document } });
    expect(staged).toEqual(['download']);
    const event = { request: '1.1', address: { lane: 'c:42', chat, from }, failures: [] };
    const ready = { ...event, files: [{ name: 'a.pdf' }] };
    expect(await bea.send({ file_ready: ready })).toEqual(['I have a.pdf.']);

    const eve = talkTo(textsBot);
    expect(await eve.say('/start')).toEqual(['Hello, Ann!']);
    expect(await eve.say('/files 2')).toEqual(['2 files']);
    const [hello, html, ...pieces] = await eve.say('hi');
    expect([hello, html]).toEqual(['Hello, Ann!', '<b>Ann</b>']);
    expect(pieces).toHaveLength(2);
    await expect(eve.say('/fail')).rejects.toThrow('as asked');
  });

  it('show menus, make links, and edit a message', async () => {
    const ann = talkTo(menusBot({ secret: 'a secret of thirty-two characters' }));
    expect(await ann.say('/cart')).toEqual(['In your cart: 2']);
    expect(ann.sent).toMatchObject([
      { reply_markup: { inline_keyboard: [[{ text: 'ale' }], [{ text: 'bun' }]] } },
    ]);
    const [link] = await ann.say('/invite');
    const start = new URL(link!).searchParams.get('start');
    expect(await ann.say(`/start ${start}`)).toEqual(['You were invited by 42.']);
    expect(await ann.say('/start')).toEqual(['Hello!']);
    await ann.say('/status Packing');
    expect(await ann.say('/status Sent')).toEqual(['Sent']);
    expect(ann.sent).toMatchObject([{ message_id: 1 }]);
  });

  it('stream answers', async () => {
    const model = {
      async *answer(question: string) {
        yield* ['You asked: ', await Promise.resolve(question)];
      },
      draw: () => Promise.resolve(Buffer.from('a picture')),
    };
    const ann = talkTo(streamsBot(model));
    expect((await ann.say('/ask why?')).at(-1)).toBe('You asked: why?');
    expect(await ann.say('/draw a cat')).toEqual([]);
  });

  describe('check a store', () => checkStore(memoryStore()));
});
