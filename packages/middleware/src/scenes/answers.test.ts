import { Scenes } from 'telegraf';
import { z } from 'zod';
import type { TurnContext } from '../turn/turn.js';
import { namedWizard } from './named-wizard.js';
import { onAnswer } from './on-answer.js';
import { talkTo, withSession } from './talk.testkit.js';

interface FormContext extends TurnContext {
  session: Scenes.SceneSession & { done?: unknown };
  scene: Scenes.SceneContextScene<FormContext>;
}

const ann = { id: 42, is_bot: false, first_name: 'Ann' };
const chat = { id: 42, type: 'private', first_name: 'Ann' };
const about = { message_id: 1, date: 1, chat, from: ann };
const question = { ...about, from: { id: 7, is_bot: true }, text: 'an old question' };
const photo = (file_id: string, media_group_id?: string) => ({
  message: {
    ...about,
    photo: [{ file_id }],
    ...(media_group_id !== undefined && { media_group_id }),
  },
});

/** Reads any text, as in the first example of the README. */
const readText = (ctx: FormContext) => ctx.text;
function readPhoto({ message }: FormContext): string[] | undefined {
  return message !== undefined && 'photo' in message
    ? message.photo.map(({ file_id }) => file_id)
    : undefined;
}

function bot(...scenes: Scenes.BaseScene<FormContext>[]) {
  const stage = new Scenes.Stage<FormContext>(scenes);
  stage.command('enter', (ctx) => ctx.scene.enter(ctx.payload));
  return withSession<FormContext>(stage, (ctx) => ctx.reply('outside'));
}

const form = namedWizard<FormContext>()('form', {
  state: { name: z.string(), why: z.string() },
  steps: {
    name: { ask: (ctx) => ctx.reply('Name?'), read: readText },
    take: { ask: (ctx) => ctx.reply('Take?'), handle: (ctx) => ctx.wizard.next() },
    why: { ask: (ctx) => ctx.reply('Why?'), read: readText },
  },
  done: (ctx, answers) => void (ctx.session.done = answers),
});

const noAnswers: [kind: string, update: object][] = [
  [
    'a press',
    { callback_query: { id: '1', from: ann, chat_instance: '1', data: 'x', message: question } },
  ],
  ['an edit', { edited_message: { ...about, text: 'edited', edit_date: 2 } }],
  ['a reaction', { message_reaction: { ...about, user: ann, old_reaction: [], new_reaction: [] } }],
  ['a block', { my_chat_member: { ...about, old_chat_member: {}, new_chat_member: {} } }],
  ['a pin', { message: { ...about, pinned_message: question } }],
  ['an event about a file', { file_ready: { files: [], failures: [], address: { chat } } }],
  ['an update of an unknown kind', { kind_of_the_future: { ...about, text: 'x' } }],
];

describe('a step of a wizard', () => {
  it.each(noAnswers)('does not treat %s as its answer', async (_, update) => {
    const person = talkTo(bot(form));
    await person.say('/enter form');
    for (const next of ['Take?', 'Why?']) {
      const before = person.stored;
      const replies = await person.send(update).catch((error: Error) => [error.message]);
      expect(replies.join()).not.toMatch(/\?$/);
      expect(person.stored).toBe(before);
      expect(await person.say('Ann')).toEqual([next]);
    }
  });

  it.each(noAnswers.slice(1))(
    'that a deploy removed does not make the bot ask again after %s',
    async (_, update) => {
      const person = talkTo(bot(form), '{"__scenes":{"current":"form","step":"gone","state":{}}}');
      const before = person.stored;
      await person.send(update).catch(() => undefined);
      expect(person.stored).toBe(before);
    },
  );

  it.each(['channel_post', 'business_message', 'guest_message'])(
    'accepts a new message of the kind %s',
    async (kind) => {
      const any = namedWizard<FormContext>()('any', {
        state: { kind: z.string() },
        steps: { kind: { ask: () => undefined, read: () => 'read' } },
        done: (ctx, answers) => void (ctx.session.done = answers),
      });
      const person = talkTo(bot(any));
      await person.say('/enter any');
      await person.send({ [kind]: { ...about, text: 'x' } });
      expect(person.stored).toContain('"done":{"kind":"read"}');
    },
  );

  it('accepts only the kinds that its author lists', async () => {
    const kinds = namedWizard<FormContext>()('kinds', {
      state: { choice: z.string() },
      steps: {
        choice: {
          ask: (ctx) => ctx.reply('Choice?'),
          accepts: ['callback_query', 'file_ready'],
          read: (ctx) => ('file_ready' in ctx.update ? 'a file' : undefined),
        },
      },
      done: (ctx, answers) => void (ctx.session.done = answers),
    });
    const person = talkTo(bot(kinds));
    await person.say('/enter kinds');
    expect(await person.say('a message')).toEqual(['outside']);
    await person.send(noAnswers[0]![1]);
    await person.send({ file_ready: { files: [], failures: [] } });
    expect(person.stored).toContain('"done":{"choice":"a file"}');
  });
});

describe('an album', () => {
  const photos = namedWizard<FormContext>()('photos', {
    state: { photos: z.array(z.string()), also: z.array(z.string()) },
    steps: {
      photos: {
        ask: (ctx) => ctx.reply('Photos?'),
        read: readPhoto,
        album: (ctx) => void ctx.wizard.state.photos?.push(...(readPhoto(ctx) ?? [])),
      },
      also: {
        ask: (ctx) => ctx.reply('Also?'),
        read: readPhoto,
        invalid: (ctx) => ctx.reply('A photo, please.'),
      },
      sure: { ask: (ctx) => ctx.reply('Sure?'), handle: (ctx) => ctx.wizard.next() },
    },
    done: async (ctx, answers) => {
      ctx.session.done = answers;
      await ctx.scene.enter('next');
    },
  });
  const next = new Scenes.BaseScene<FormContext>('next');
  next.enter((ctx) => ctx.reply('More?'));
  next.use(onAnswer((ctx) => ctx.reply('Thank you.')));

  async function inPhotos() {
    const person = talkTo(bot(photos, next));
    await person.say('/enter photos');
    return person;
  }

  it('is one answer, and its further messages go to the step that received the first', async () => {
    const person = await inPhotos();
    expect(await person.send(photo('1', 'a'))).toEqual(['Also?']);
    expect(await person.send(photo('2', 'a'))).toEqual([]);
    expect(await person.send(photo('3', 'a'))).toEqual([]);
    expect(await person.send(photo('4', 'b'))).toEqual(['Sure?']);
    expect(await person.send(photo('5', 'b'))).toEqual([]);
    expect(await person.say('yes')).toEqual(['More?']);
    expect(person.stored).toContain('"done":{"photos":["1","2","3"],"also":["4"]}');
  });

  it('is refused once if its first message is not a valid answer', async () => {
    const person = await inPhotos();
    await person.send(photo('1'));
    const video = { message: { ...about, video: {}, media_group_id: 'a' } };
    expect(await person.send(video)).toEqual(['A photo, please.']);
    expect(await person.send(video)).toEqual([]);
    expect(await person.send(photo('2', 'a'))).toEqual([]);
    expect(await person.send(photo('3'))).toEqual(['Sure?']);
  });

  it('answers no further question with its later messages, even if the first one entered another scene', async () => {
    const person = await inPhotos();
    await person.send(photo('1'));
    await person.send(photo('2'));
    expect(await person.send(photo('3', 'a'))).toEqual(['More?']);
    expect(await person.send(photo('4', 'a'))).toEqual([]);
    expect(await person.send(photo('5', 'b'))).toEqual(['Thank you.']);
    expect(await person.send(photo('6', 'b'))).toEqual([]);

    const stage = new Scenes.Stage<FormContext>([photos, next]);
    const entering = talkTo(withSession<FormContext>(stage, (ctx) => ctx.scene.enter('photos')));
    expect(await entering.send(photo('1', 'a'))).toEqual(['Photos?']);
    expect(await entering.send(photo('2', 'a'))).toEqual([]);
    expect(await entering.send(photo('3', 'b'))).toEqual(['Also?']);
  });

  it('does not answer a question that is asked again after a deploy', async () => {
    const lost = '{"__scenes":{"current":"photos","step":"gone","state":{"photos":["0"]}}}';
    const person = talkTo(bot(photos, next), lost);
    expect(await person.send(photo('1', 'a'))).toEqual(['Also?']);
    expect(await person.send(photo('2', 'a'))).toEqual([]);
    expect(await person.send(photo('3', 'b'))).toEqual(['Sure?']);
    expect(person.stored).toContain('"photos":["0"],"also":["3"]');
  });

  it('is passed to the other handlers as a whole if a step passes it on', async () => {
    const passing = namedWizard<FormContext>()('passing', {
      state: {},
      steps: {
        press: { ask: () => undefined, accepts: ['callback_query'], handle: () => undefined },
        pass: { ask: () => undefined, handle: (_ctx, next) => next() },
      },
    });
    for (const step of ['press', 'pass']) {
      const place = { current: 'passing', step, state: {} };
      const person = talkTo(bot(passing), JSON.stringify({ __scenes: place }));
      expect(await person.send(photo('1', 'a'))).toEqual(['outside']);
      expect(await person.send(photo('2', 'a'))).toEqual(['outside']);
    }
  });

  it('is not remembered outside of scenes', async () => {
    const person = talkTo(bot(form));
    await person.say('/enter form');
    await person.send({ message: { ...photo('1', 'a').message, caption: 'Ann' } });
    await person.say('x');
    await person.send({ message: { ...photo('2', 'b').message, caption: 'so' } });
    expect(person.stored).toBe('{"__scenes":{},"done":{"name":"Ann","why":"so"}}');
    expect(await person.send(photo('3', 'b'))).toEqual(['outside']);
  });
});

describe('onAnswer', () => {
  const scene = new Scenes.BaseScene<FormContext>('scene');
  scene.use(onAnswer((ctx) => ctx.reply('Answer.')));

  it.each(noAnswers)('leaves %s to the other handlers', async (_, update) => {
    const person = talkTo(bot(scene));
    await person.say('/enter scene');
    const replies = await person.send(update).catch(() => []);
    expect(replies).not.toContain('Answer.');
    expect(await person.say('x')).toEqual(['Answer.']);
  });

  it('calls its handler once for an album', async () => {
    const person = talkTo(bot(scene));
    await person.say('/enter scene');
    expect(await person.send(photo('1', 'a'))).toEqual(['Answer.']);
    expect(await person.send(photo('2', 'a'))).toEqual([]);
  });
});
