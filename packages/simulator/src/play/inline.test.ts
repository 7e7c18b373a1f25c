import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { InlineQueryView } from '../api/inline/query-view.js';
import { startTestSimulator, type TestSimulator } from '../simulator.testkit.js';
import type { Message } from '../world/message.js';

type Update = Record<string, Record<string, unknown>> & { update_id: number };

const picture = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.from('picture')]);
let playground: TestSimulator;
let got: Update[];

beforeEach(async () => {
  got = [];
  playground = await startTestSimulator({ timeScale: 1 });
});
afterEach(() => playground.stop());

const article = (id: string, more: object = {}) => ({
  type: 'article',
  id,
  title: `Title ${id}`,
  input_message_content: { message_text: `*${id}*`, parse_mode: 'Markdown' },
  ...more,
});
const button = { reply_markup: { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] } };

/** All updates so far. Each is fetched only once, because Telegram delays repeated calls. */
async function updates(): Promise<Update[]> {
  const offset = (got.at(-1)?.update_id ?? 0) + 1;
  const { result } = await playground.api('getUpdates', { offset });
  got.push(...(result as Update[]));
  return got;
}

const ask = (query: string, more: object = {}) =>
  playground.post<InlineQueryView>('inline-queries', { chat_id: 1, from_id: 1, query, ...more });

const answer = (inline_query_id: string, results: unknown, more: object = {}) =>
  playground.api('answerInlineQuery', { inline_query_id, results, ...more });

const choose = (inline_query_id: string, result_id: string, more: object = {}) =>
  playground.post<{ message: Message; inline_message_id?: string }>('inline-choices', {
    chat_id: 1,
    from_id: 1,
    inline_query_id,
    result_id,
    ...more,
  });

describe('an inline query', () => {
  it("reaches the bot from the chat it is typed in, and shows the bot's results", async () => {
    const { inline_query_id: id } = await ask('tea');
    expect(await updates()).toMatchObject([
      { inline_query: { id, from: { id: 1 }, query: 'tea', offset: '', chat_type: 'sender' } },
    ]);
    expect(await playground.get(`inline-queries/${id}`)).not.toHaveProperty('answer');
    const results = [article('a', { description: 'Green', thumbnail_url: 'http://127.0.0.1:9/a' })];
    const above = { text: 'Sign in', start_parameter: 'from_inline' };
    await answer(id, results, { next_offset: '1', button: above });
    expect(await playground.get(`inline-queries/${id}`)).toEqual({
      inline_query_id: id,
      query: 'tea',
      offset: '',
      answer: {
        results: [
          {
            id: 'a',
            type: 'article',
            title: 'Title a',
            description: 'Green',
            thumbnail: `inline-queries/${id}/thumbnails/a`,
          },
        ],
        next_offset: '1',
        button: above,
      },
    });
  });

  it('carries the type of the group, which need not contain the bot', async () => {
    const { chat } = await playground.post<{ chat: { id: number } }>('chats', {
      type: 'supergroup',
      member_ids: [1],
    });
    await playground.api('leaveChat', { chat_id: chat.id });
    const { inline_query_id: id } = await ask('tea', { chat_id: chat.id });
    expect((await updates()).at(-1)).toMatchObject({ inline_query: { chat_type: 'supergroup' } });
    await answer(id, [article('a', button)]);
    const { message, inline_message_id } = await choose(id, 'a', { chat_id: chat.id });
    const press = { chat_id: chat.id, from_id: 1, message_id: message.message_id, data: 'go' };
    await playground.post('presses', press);
    const [chosen, pressed] = (await updates()).slice(-2);
    expect(chosen).toMatchObject({ chosen_inline_result: { inline_message_id } });
    expect(pressed).toMatchObject({ callback_query: { inline_message_id } });
  });

  it('is answered from the cache for as long as the bot says, for everyone or for one user', async () => {
    const answerNext = async (query: string, from_id: number, more: object) => {
      const { inline_query_id: id } = await ask(query, { chat_id: from_id, from_id });
      await answer(id, [article('a')], more);
    };
    await answerNext('shared', 1, { cache_time: 60 });
    await answerNext('own', 1, { cache_time: 60, is_personal: true });
    await answerNext('never', 1, { cache_time: 0 });
    const isAsked = async (query: string, from_id: number) =>
      (await ask(query, { chat_id: from_id, from_id })).answer === undefined;
    expect(await isAsked('shared', 1)).toBe(false);
    expect(await isAsked('shared', 2)).toBe(false);
    expect(await isAsked('own', 1)).toBe(false);
    expect(await isAsked('own', 2)).toBe(true);
    expect(await isAsked('never', 1)).toBe(true);
    expect((await ask('shared', { offset: '1' })).answer).toBeUndefined();
  });
});

describe('a chosen result', () => {
  it('is sent by the user via the bot, and reported to the bot', async () => {
    const { inline_query_id: id } = await ask('tea');
    await answer(id, [article('a'), article('b', button)]);
    const { message, inline_message_id } = await choose(id, 'a');
    expect(message).toMatchObject({
      from: { id: 1 },
      via_bot: { is_bot: true },
      text: 'a',
      entities: [{ type: 'bold', offset: 0, length: 1 }],
    });
    expect(inline_message_id).toBeUndefined();
    expect((await updates()).slice(1)).toMatchObject([
      { message: { text: 'a', via_bot: { is_bot: true } } },
      { chosen_inline_result: { result_id: 'a', from: { id: 1 }, query: 'tea' } },
    ]);
    expect((await updates()).at(-1)?.['chosen_inline_result']).not.toHaveProperty(
      'inline_message_id',
    );
    await playground.post('inline-feedback', { enabled: false });
    await choose(id, 'b', { reply_to_message_id: message.message_id });
    expect((await updates()).at(-1)).toMatchObject({
      message: { text: 'b', reply_to_message: { text: 'a' }, ...button },
    });
  });

  it('with buttons is pressed and edited by its inline_message_id only', async () => {
    const { inline_query_id: id } = await ask('tea');
    await answer(id, [article('a', button)]);
    const { message, inline_message_id } = await choose(id, 'a');
    const press = { chat_id: 1, from_id: 1, message_id: message.message_id, data: 'go' };
    await playground.post('presses', press);
    const pressed = (await updates()).at(-1)?.['callback_query'];
    expect(pressed).toMatchObject({ inline_message_id, data: 'go', from: { id: 1 } });
    expect(pressed).not.toHaveProperty('message');

    const edit = (method: string, more: object) =>
      playground.api(method, { inline_message_id, ...more });
    const shown = async () =>
      (await playground.get<Message[]>('chats/1/messages')).find(
        ({ message_id }) => message_id === message.message_id,
      );
    expect(await edit('editMessageText', { text: 'done', ...button })).toMatchObject({
      result: true,
    });
    expect(await shown()).toMatchObject({ text: 'done', ...button });
    expect(await edit('editMessageReplyMarkup', {})).toMatchObject({ result: true });
    expect(await shown()).not.toHaveProperty('reply_markup');
    expect(await edit('editMessageText', { text: 'done' })).toMatchObject({
      description: expect.stringContaining('message is not modified') as string,
    });
    const unknown = { inline_message_id: 'nobody', text: 'x' };
    expect(await playground.api('editMessageText', unknown)).toMatchObject({
      description: 'Bad Request: MESSAGE_ID_INVALID',
    });
  });

  it('can be a file the bot knows, whose caption and media can be edited', async () => {
    const upload = async (kind: string) => {
      const file = { chat_id: 1, from_id: 1, kind, size: 2_000, name: `${kind}.bin` };
      const { message } = await playground.post<{ message: Message }>('files', file);
      const media = message[kind] as { file_id: string } | { file_id: string }[];
      return Array.isArray(media) ? (media[0]?.file_id ?? '') : media.file_id;
    };
    const photo = await upload('photo');
    const document = await upload('document');
    const { inline_query_id: id } = await ask('files');
    const results = [
      { type: 'photo', id: 'p', photo_file_id: photo, caption: 'sea', ...button },
      { type: 'document', id: 'd', title: 'Paper', document_file_id: document },
    ];
    await answer(id, results);
    expect(await playground.get(`inline-queries/${id}`)).toMatchObject({
      answer: { results: [{ thumbnail: `files/${photo}` }, { title: 'Paper' }] },
    });
    const { message, inline_message_id } = await choose(id, 'p');
    expect(message).toMatchObject({ photo: [{ file_id: photo }], caption: 'sea' });
    expect((await choose(id, 'd')).message).toMatchObject({ document: { file_id: document } });
    const edited = { inline_message_id, caption: 'lake' };
    expect(await playground.api('editMessageCaption', edited)).toMatchObject({ result: true });
    const media = { type: 'document', media: document };
    expect(await playground.api('editMessageMedia', { inline_message_id, media })).toMatchObject({
      result: true,
    });
    const uploads = { inline_message_id, media: { type: 'photo', media: 'attach://x' } };
    expect(await playground.api('editMessageMedia', uploads)).toMatchObject({
      description: 'Bad Request: invalid message content specified',
    });
    const messages = await playground.get<Message[]>('chats/1/messages');
    expect(messages.find(({ message_id }) => message_id === message.message_id)).toMatchObject({
      document: { file_id: document },
    });
  });

  it('can be a file fetched by URL, and so can its thumbnail', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/gone.jpg') response.writeHead(404);
      response.end(picture);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const web = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { inline_query_id: id } = await ask('sea');
    const thumbnail_url = `${web}/small.jpg`;
    const photos = ['sea', 'gone'].map((name) => ({
      type: 'photo',
      id: name,
      photo_url: `${web}/${name}.jpg`,
      thumbnail_url,
    }));
    await answer(id, photos);
    const thumbnail = await fetch(`${playground.url}/play/inline-queries/${id}/thumbnails/sea`);
    expect([thumbnail.headers.get('content-type'), await thumbnail.text()]).toEqual([
      'image/jpeg',
      picture.toString(),
    ]);
    expect((await choose(id, 'sea')).message).toMatchObject({
      photo: [{ file_size: picture.length }],
    });
    expect(await choose(id, 'gone')).toEqual({
      error: expect.stringContaining('Bad Request: ') as string,
    });
    server.close();
  });

  it('must be one that the bot offered to this user', async () => {
    const { inline_query_id: id } = await ask('tea');
    expect(await choose(id, 'a')).toEqual({ error: 'result_id: the bot has not answered yet' });
    await answer(id, [article('a')], { is_personal: true });
    expect(await choose(id, 'b')).toEqual({ error: 'result_id: the bot offers no result b' });
    expect(await choose(id, 'a', { chat_id: 2, from_id: 2 })).toEqual({
      error: `inline_query_id: ${id} was answered for another user`,
    });
    expect(await choose('7', 'a')).toEqual({
      error: 'inline_query_id: inline query 7 does not exist',
    });
  });
});
