import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startTestSimulator, type TestSimulator } from '../simulator.testkit.js';

let playground: TestSimulator;
let web: Server;
let group: number;
const jpeg = Buffer.from('ffd8ffe000104a4649460001', 'hex');
const files: Record<string, string> = {};

const call = async (method: string, params: object) =>
  (await playground.api(method, { chat_id: 1, ...params })).description;

beforeAll(async () => {
  playground = await startTestSimulator();
  await playground.say(1, 'hello');
  const body = { type: 'supergroup', member_ids: [1] };
  group = (await playground.post<{ chat: { id: number } }>('chats', body)).chat.id;
  for (const kind of ['photo', 'document', 'video']) {
    const sent = { chat_id: 1, from_id: 1, kind, size: 5 };
    const { message } = await playground.post<{ message: never }>('files', sent);
    const [file] = [message[kind]].flat() as { file_id: string }[];
    files[kind] = file?.file_id ?? '';
  }
  web = createServer((request, response) => {
    const pages: Record<string, [number, string, Buffer]> = {
      '/picture.jpg': [200, 'image/jpeg', jpeg],
      '/gone.jpg': [404, 'image/jpeg', jpeg],
      '/text.jpg': [200, 'image/jpeg', Buffer.from('no picture')],
      '/page': [200, 'text/html', Buffer.from('<html>')],
      '/large.jpg': [200, 'image/jpeg', Buffer.concat([jpeg, Buffer.alloc(5 * 2 ** 20)])],
    };
    const [status, type, bytes] = pages[request.url ?? ''] ?? [500, 'text/plain', Buffer.alloc(1)];
    response.writeHead(status, { 'Content-Type': type }).end(bytes);
  }).listen(0, '127.0.0.1');
  await once(web, 'listening');
});
afterAll(async () => {
  await playground.stop();
  web.close();
});

describe('a file', () => {
  it.each([
    ['sendDocument', 'document', 'photo', "can't use file of type Photo as Document"],
    ['sendPhoto', 'photo', 'document', "can't use file of type Document as Photo"],
    ['sendVideo', 'video', 'photo', "can't use file of type Photo as Video"],
  ])('passed to %s as %s is refused when it is a %s', async (method, field, kind, refusal) => {
    expect(await call(method, { [field]: files[kind] })).toBe(`Bad Request: ${refusal}`);
  });

  it('is sent as its own kind where Telegram accepts it', async () => {
    const { result } = await playground.api('sendDocument', {
      chat_id: 1,
      document: files['video'],
    });
    expect(result).toHaveProperty('video');
    expect(result).not.toHaveProperty('document');
  });

  it.each([
    ['sendPhoto', 'photo', '/picture.jpg', undefined],
    ['sendPhoto', 'photo', '/gone.jpg', 'failed to get HTTP URL content'],
    ['sendPhoto', 'photo', '/large.jpg', 'failed to get HTTP URL content'],
    ['sendPhoto', 'photo', '/text.jpg', 'wrong type of the web page content'],
    ['sendPhoto', 'photo', '/page', 'wrong type of the web page content'],
    ['sendDocument', 'document', '/page', 'wrong type of the web page content'],
    ['sendDocument', 'document', '/gone.jpg', 'failed to get HTTP URL content'],
    ['sendDocument', 'document', '/text.jpg', undefined],
  ])(
    'passed to %s as %s by the URL %s results in the error: %s',
    async (method, field, path, refusal) => {
      const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}${path}`;
      expect(await call(method, { [field]: url })).toBe(refusal && `Bad Request: ${refusal}`);
      const media = [
        { type: field, media: url },
        { type: field, media: files[field] },
      ];
      expect(await call('sendMediaGroup', { media })).toBe(refusal && `Bad Request: ${refusal}`);
    },
  );
});

describe('a poll', () => {
  const quiz = { type: 'quiz', correct_option_ids: [0] };
  it.each<[string, object, string | undefined]>([
    ['a question of 300 characters', { question: 'q'.repeat(300) }, undefined],
    [
      'a question of 301 characters',
      { question: 'q'.repeat(301) },
      'poll question length must not exceed 300',
    ],
    ['an empty question', { question: ' ' }, 'text must be non-empty'],
    ['one option', { options: ['a'] }, undefined],
    ['no options', { options: [] }, 'poll must have at least one answer option'],
    ['12 options', { options: Array.from({ length: 12 }, (_, i) => `${i}`) }, undefined],
    ['13 options', { options: Array(13).fill('a') }, "poll can't have more than 12 options"],
    ['an option of 100 characters', { options: ['o'.repeat(100), 'a'] }, undefined],
    [
      'an option of 101 characters',
      { options: ['o'.repeat(101)] },
      'poll options length must not exceed 100',
    ],
    ['an empty option', { options: ['a', ''] }, 'text must be non-empty'],
    ['a right answer', quiz, undefined],
    ['a right answer in the older form', { type: 'quiz', correct_option_id: 1 }, undefined],
    ['no right answer', { type: 'quiz' }, 'correct quiz option list must be non-empty'],
    [
      'a right answer outside the options',
      { type: 'quiz', correct_option_id: 2 },
      'wrong quiz correct_option_id',
    ],
    [
      'right answers in descending order',
      { type: 'quiz', correct_option_ids: [1, 0] },
      'correct quiz option list must be increasing',
    ],
    ['an explanation of 200 characters', { ...quiz, explanation: 'e'.repeat(200) }, undefined],
    [
      'an explanation of 201 characters',
      { ...quiz, explanation: 'e'.repeat(201) },
      'quiz explanation is too long',
    ],
    [
      'an explanation of four lines',
      { ...quiz, explanation: 'a\nb\nc\nd' },
      'quiz explanation is too long',
    ],
    ['an unknown type', { type: 'vote' }, 'unsupported poll type specified'],
  ])('with %s %j results in the error: %s', async (_what, params, refusal) => {
    const answer = await call('sendPoll', { question: 'Q', options: ['a', 'b'], ...params });
    expect(answer).toBe(refusal && `Bad Request: ${refusal}`);
  });
});

describe('a topic', () => {
  it('that does not exist is refused by every send method', async () => {
    for (const chat_id of [1, group]) {
      const place = { chat_id, message_thread_id: 77 };
      for (const [method, params] of [
        ['sendMessage', { text: 'x' }],
        ['sendPhoto', { photo: files['photo'] }],
        ['sendChatAction', { action: 'typing' }],
        ['copyMessage', { from_chat_id: 1, message_id: 1 }],
      ] as const) {
        const refusal = await call(method, { ...place, ...params });
        expect([method, refusal]).toEqual([method, 'Bad Request: message thread not found']);
      }
    }
  });

  it('can be written to when a message of the chat belongs to it', async () => {
    const chat = { id: group, type: 'supergroup', title: 'G' };
    const message = {
      message_id: 500,
      date: 1,
      chat,
      message_thread_id: 400,
      is_topic_message: true,
      text: 'in a topic',
    };
    await playground.post('updates', { message });
    const { result } = await playground.api('sendMessage', {
      chat_id: group,
      text: 'x',
      message_thread_id: 400,
    });
    expect(result).toMatchObject({ message_thread_id: 400, is_topic_message: true });
  });
});

describe('a button', () => {
  it.each([
    ['example.org', 'http://example.org/'],
    ['https://Example.org/a?b=c', 'https://example.org/a?b=c'],
    ['tg://user?id=5', 'tg://user?id=5'],
  ])('with the link %s has %s', async (url, kept) => {
    const reply_markup = { inline_keyboard: [[{ text: 'a', url }]] };
    const { result } = await playground.api('sendMessage', { chat_id: 1, text: 'x', reply_markup });
    expect(result).toMatchObject({ reply_markup: { inline_keyboard: [[{ url: kept }]] } });
  });

  it.each([
    ['nowhere', 'Wrong HTTP URL'],
    ['ftp://example.org', 'Unsupported URL protocol'],
    ['http://', 'URL host is empty'],
  ])('with the link %s is refused', async (url, why) => {
    const reply_markup = { inline_keyboard: [[{ text: 'a', url }]] };
    expect(await call('sendMessage', { text: 'x', reply_markup })).toBe(
      `Bad Request: inline keyboard button URL '${url}' is invalid: ${why}`,
    );
  });
});
