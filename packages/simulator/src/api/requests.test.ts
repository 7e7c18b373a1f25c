import {
  startTestSimulator,
  token,
  type ApiAnswer,
  type TestSimulator,
} from '../simulator.testkit.js';

let playground: TestSimulator;

beforeAll(async () => {
  playground = await startTestSimulator();
  await playground.say(1, 'hello');
});
afterAll(() => playground.stop());

async function request(path: string, init?: RequestInit): Promise<ApiAnswer> {
  const response = await fetch(`${playground.url}${path}`, init);
  return { ...((await response.json()) as ApiAnswer), http: response.status };
}

describe('a request to the Bot API', () => {
  it('may carry its arguments in the query, a form, multipart parts or JSON, and spell the method in any case', async () => {
    const parts = new FormData();
    parts.set('chat_id', '1');
    parts.set('text', 'parts');
    const answers = [
      await request(`/bot${token}/SENDMESSAGE?chat_id=1&text=query`),
      await request(`/bot${token}/sendmessage`, {
        method: 'POST',
        body: new URLSearchParams({ chat_id: '1', text: 'form' }),
      }),
      await request(`/bot${token}/sendMessage`, { method: 'POST', body: parts }),
      await request(`/bot${token}/test/sendMessage`, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: '{"chat_id":"1","text":"json"}',
      }),
    ];
    const texts = answers.map(({ result }) => (result as { text: string }).text);
    expect(texts).toEqual(['query', 'form', 'parts', 'json']);
  });

  it('may send an object as a JSON string', async () => {
    const markup = { inline_keyboard: [[{ text: 'a', callback_data: 'b' }]] };
    const answer = await playground.api('sendMessage', {
      chat_id: 1,
      text: 'x',
      reply_markup: JSON.stringify(markup),
    });
    expect(answer.result).toMatchObject({ reply_markup: markup });
  });

  it.each([
    ['a malformed token', '/botnonsense/getMe', 404, 'Not Found'],
    ['a token of another bot', `/bot1${token}/getMe`, 401, 'Unauthorized'],
    ['an unknown method', `/bot${token}/getNothing`, 404, 'Not Found: method not found'],
    ['a path without a method', `/bot${token}`, 404, 'Not Found'],
  ])('is refused for %s', async (_why, path, code, description) => {
    const answer = await request(path);
    expect(answer).toEqual({ http: code, ok: false, error_code: code, description });
  });

  it('is refused when its JSON is invalid or nested too deeply', async () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    for (const body of ['{', `{"chat_id":1,"text":"a","extra":${deep}}`]) {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
      const answer = await request(`/bot${token}/sendMessage`, init);
      expect(answer.description).toBe("Bad Request: can't parse JSON object");
    }
    const answer = await playground.api('sendMessage', {
      chat_id: 1,
      text: 'a',
      reply_markup: deep,
    });
    expect(answer.description).toBe("Bad Request: can't parse reply markup JSON object");
  });

  it('is logged with its outcome', async () => {
    await playground.api('sendMessage', { chat_id: 1, text: 'noted' });
    await playground.api('sendMessage', { chat_id: 777, text: 'lost' });
    const [good, bad] = (await playground.calls()).slice(-2);
    expect(good).toMatchObject({ method: 'sendMessage', chat_id: 1, status: 200, ok: true });
    expect(good?.params).toEqual({ chat_id: 1, text: 'noted' });
    expect(bad).toMatchObject({ status: 400, ok: false, error: 'Bad Request: chat not found' });
  });

  it('is refused when its Host header is a foreign name', async () => {
    const { request: open } = await import('node:http');
    const status = await new Promise((resolve) => {
      open(`${playground.url}/`, { headers: { Host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).end();
    });
    expect(status).toBe(421);
  });
});

describe('an error', () => {
  const long = 'x'.repeat(4097);
  const button = (more: object) => ({ inline_keyboard: [[{ text: 'a', ...more }]] });
  it.each<[string, object, string]>([
    ['sendMessage', { text: 'x' }, 'chat_id is empty'],
    ['sendMessage', { chat_id: 404, text: 'x' }, 'chat not found'],
    ['sendMessage', { chat_id: 1 }, 'message text is empty'],
    ['sendMessage', { chat_id: 1, text: ' \n ' }, 'text must be non-empty'],
    ['sendMessage', { chat_id: 1, text: '\u200b\u2800' }, 'text must be non-empty'],
    ['sendMessage', { chat_id: 1, text: '<b></b>', parse_mode: 'HTML' }, 'text must be non-empty'],
    ['sendMessage', { chat_id: 1, text: long }, 'message is too long'],
    ['sendPhoto', { chat_id: 1, photo: 'zzz', caption: long }, 'message caption is too long'],
    ['sendPhoto', { chat_id: 1, photo: 'zzz' }, 'wrong file identifier/HTTP URL specified'],
    [
      'sendMessage',
      { chat_id: 1, text: 'x', reply_parameters: { message_id: 99 } },
      'message to be replied not found',
    ],
    ['sendMessage', { chat_id: 1, text: 'x', parse_mode: 'BBCode' }, 'unsupported parse_mode'],
    [
      'sendMessage',
      { chat_id: 1, text: '<x>', parse_mode: 'HTML' },
      'can\'t parse entities: Unsupported start tag "x" at byte offset 0',
    ],
    [
      'sendMessage',
      { chat_id: 1, text: 'x', reply_markup: button({ callback_data: long }) },
      'BUTTON_DATA_INVALID',
    ],
    [
      'sendMessage',
      { chat_id: 1, text: 'x', reply_markup: button({}) },
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    ['editMessageText', { chat_id: 1, message_id: 99, text: 'x' }, 'message to edit not found'],
    ['editMessageText', { chat_id: 1, message_id: 1, text: 'x' }, "message can't be edited"],
    ['deleteMessage', { chat_id: 1, message_id: 99 }, 'message to delete not found'],
    [
      'forwardMessage',
      { chat_id: 1, from_chat_id: 1, message_id: 99 },
      'message to forward not found',
    ],
    ['sendChatAction', { chat_id: 1, action: 'dancing' }, 'wrong parameter action in request'],
    ['sendMessageDraft', { chat_id: 1, text: 'x' }, 'draft_id must be non-zero'],
    ['sendMessageDraft', { chat_id: 1, draft_id: 5, text: long }, 'message is too long'],
    [
      'setMyCommands',
      { commands: [{ command: 'Bad Name', description: 'x' }] },
      'BOT_COMMAND_INVALID',
    ],
    ['getFile', { file_id: 'nonsense' }, 'invalid file_id'],
    ['getFile', {}, 'file_id not specified'],
  ])("from %s %j has Telegram's wording", async (method, params, description) => {
    expect(await playground.api(method, params)).toMatchObject({
      http: 400,
      ok: false,
      error_code: 400,
      description: `Bad Request: ${description}`,
    });
  });

  it('is returned for an edit that changes nothing', async () => {
    const { result } = await playground.api('sendMessage', { chat_id: 1, text: 'same' });
    const { message_id } = result as { message_id: number };
    const answer = await playground.api('editMessageText', {
      chat_id: 1,
      message_id,
      text: 'same',
    });
    expect(answer.description).toBe(
      'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
  });

  it('is returned when the user has blocked the bot or never wrote to it', async () => {
    await playground.post('users', { id: 50, first_name: 'Quiet' });
    const send = (chat_id: number) => playground.api('sendMessage', { chat_id, text: 'x' });
    expect(await send(50)).toMatchObject({
      http: 403,
      description: "Forbidden: bot can't initiate conversation with a user",
    });
    await playground.say(50, 'hi');
    await playground.post('blocks', { user_id: 50, blocked: true });
    expect((await send(50)).description).toBe('Forbidden: bot was blocked by the user');
    await playground.post('blocks', { user_id: 50, blocked: false });
    expect((await send(50)).ok).toBe(true);
  });
});
