import { startTestSimulator, type TestSimulator } from '../../simulator.testkit.js';
import type { InlineQueryView } from './query-view.js';

let playground: TestSimulator;
let id: string;

beforeAll(async () => {
  playground = await startTestSimulator({ timeScale: 1 });
});
afterAll(() => playground.stop());
beforeEach(async () => {
  const query = { chat_id: 1, from_id: 1, query: 'x' };
  ({ inline_query_id: id } = await playground.post<InlineQueryView>('inline-queries', query));
});

const article = (result: string, more: object = {}) => ({
  type: 'article',
  id: result,
  title: `Title ${result}`,
  input_message_content: { message_text: result },
  ...more,
});

const answer = (inline_query_id: string, results: unknown, more: object = {}) =>
  playground.api('answerInlineQuery', { inline_query_id, results, ...more });

describe('answerInlineQuery', () => {
  const parse = (why: string) => `can't parse inline query result: ${why}`;
  const many = Array.from({ length: 51 }, (_, index) => article(String(index)));
  const text = (message_text: string, more: object = {}, id = 'a') =>
    article(id, { input_message_content: { message_text, ...more } });

  it.each([
    ['results that are not a list', {}, 'expected an Array of inline query results'],
    ['more than 50 results', many, 'too many inline query results specified'],
    ['no id', [{ type: 'article' }], parse('can\'t find field "id"')],
    ['an empty id', [text('x', {}, '')], 'RESULT_ID_EMPTY'],
    ['an id of 65 bytes', [article('ä'.repeat(32) + 'a')], 'RESULT_ID_INVALID'],
    ['the same id twice', [article('a'), article('a')], 'RESULT_ID_DUPLICATE'],
    [
      'an unknown type',
      [{ type: 'x', id: 'a' }],
      parse('type "x" is unsupported for the inline query result'),
    ],
    [
      'an article without a title',
      [article('a', { title: undefined })],
      parse('can\'t find field "title"'),
    ],
    ['an article with an empty title', [article('a', { title: '' })], 'ARTICLE_TITLE_EMPTY'],
    [
      'an article without content',
      [article('a', { input_message_content: undefined })],
      parse('can\'t find field "message_text"'),
    ],
    ['an empty text', [text('')], parse('message text is empty')],
    ['a text of 4,097 characters', [text('x'.repeat(4097))], 'message is too long'],
    [
      'a text with a broken tag',
      [text('<b>', { parse_mode: 'HTML' })],
      /^can't parse inline query result: can't parse entities: /,
    ],
    [
      'a caption of 1,025 characters',
      [
        {
          type: 'photo',
          id: 'a',
          photo_url: 'http://x/a.jpg',
          thumbnail_url: 'http://x',
          caption: 'x'.repeat(1025),
        },
      ],
      'message caption is too long',
    ],
    [
      'a photo without a thumbnail',
      [{ type: 'photo', id: 'a', photo_url: 'http://x/a.jpg' }],
      'PHOTO_THUMB_URL_EMPTY',
    ],
    [
      'a photo without a file',
      [{ type: 'photo', id: 'a' }],
      parse('can\'t find field "photo_file_id"'),
    ],
    [
      'an unknown file',
      [{ type: 'photo', id: 'a', photo_file_id: 'x' }],
      parse("wrong remote file identifier specified: can't unserialize it"),
    ],
    [
      'a document by URL with an unsupported type',
      [
        {
          type: 'document',
          id: 'a',
          title: 't',
          document_url: 'http://x/a.txt',
          mime_type: 'text/plain',
        },
      ],
      parse('unallowed document MIME type'),
    ],
    [
      'a voice message without a title',
      [{ type: 'voice', id: 'a', voice_url: 'http://x/a.ogg' }],
      parse('can\'t find field "title"'),
    ],
    [
      'a location beyond the pole',
      [{ type: 'location', id: 'a', title: 't', latitude: 91, longitude: 0 }],
      parse('wrong location specified'),
    ],
    [
      'a venue without an address',
      [{ type: 'venue', id: 'a', title: 't', latitude: 1, longitude: 0 }],
      parse('can\'t find field "address"'),
    ],
    [
      'a contact without a number',
      [{ type: 'contact', id: 'a', first_name: 'Al', phone_number: ' ' }],
      parse('field "phone_number" must contain a valid phone number'),
    ],
    [
      'a keyboard that is not inline',
      [article('a', { reply_markup: { keyboard: [['x']] } })],
      parse('inline keyboard expected'),
    ],
    [
      'callback data that is too long',
      [
        article('a', {
          reply_markup: { inline_keyboard: [[{ text: 'x', callback_data: 'x'.repeat(65) }]] },
        }),
      ],
      'BUTTON_DATA_INVALID',
    ],
  ])('refuses %s', async (_what, results, why) => {
    const { description } = await answer(id, results);
    const reason = description?.replace('Bad Request: ', '');
    if (typeof why === 'string') expect(reason).toBe(why);
    else expect(reason).toMatch(why);
  });

  it.each([
    [
      { text: 'x' },
      "can't parse inline query results button: InlineQueryResultsButton must have exactly one optional field",
    ],
    [{ text: 'x', start_parameter: '' }, "can't use empty start_parameter"],
    [{ text: 'x', start_parameter: 'a b' }, 'unallowed characters in start_parameter are used'],
    [{ text: 'x', start_parameter: 'x'.repeat(65) }, 'too long start_parameter specified'],
  ])('refuses the button %j', async (above, why) => {
    const refused = await answer(id, [], { button: above });
    expect(refused.description).toBe(`Bad Request: ${why}`);
  });

  it('refuses an offset of 65 bytes, unknown queries, and files of another kind', async () => {
    const long = await answer(id, [], { next_offset: 'x'.repeat(65) });
    expect(long.description).toBe('Bad Request: NEXT_OFFSET_INVALID');
    expect((await answer('1', [])).description).toBe(
      'Bad Request: query is too old and response timeout expired or query ID is invalid',
    );
    const file = { chat_id: 1, from_id: 1, kind: 'video', size: 20 };
    const { message } = await playground.post<{ message: { video: { file_id: string } } }>(
      'files',
      file,
    );
    const photo = { type: 'photo', id: 'a', photo_file_id: message.video.file_id };
    expect((await answer(id, [photo])).description).toBe(
      `Bad Request: ${parse("can't use file of type Video as Photo")}`,
    );
  });

  it('is refused when it arrives too late', async () => {
    const fast = await startTestSimulator({ timeScale: 100_000 });
    const query = { chat_id: 1, from_id: 1, query: 'slow' };
    const { inline_query_id } = await fast.post<InlineQueryView>('inline-queries', query);
    await fast.api('getMe');
    const late = await fast.api('answerInlineQuery', { inline_query_id, results: [] });
    expect(late.description).toContain('query is too old');
    await fast.stop();
  });
});
