import { startTestSimulator, token, until, type TestSimulator } from '../simulator.testkit.js';

const hourMs = 3_600_000;
/** An hour of Telegram's time passes in about a third of a second. */
const timeScale = 10_000;
let playground: TestSimulator;

beforeEach(async () => {
  playground = await startTestSimulator({ timeScale });
});
afterEach(() => playground.stop());

interface FileAnswer {
  file_id: string;
  file_path: string;
  file_size: number;
}

async function upload(bytes: Buffer, kind = 'document'): Promise<string> {
  const form = new FormData();
  const fields = { chat_id: '1', from_id: '1', kind, caption: 'look' };
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob([bytes], { type: 'image/png' }), 'pic.png');
  const response = await fetch(`${playground.url}/play/files`, { method: 'POST', body: form });
  const { message } = (await response.json()) as {
    message: { document?: FileAnswer; photo?: FileAnswer[] };
  };
  return (message.document ?? message.photo?.at(-1))?.file_id as string;
}

const download = (path: string) => fetch(`${playground.url}/file/bot${token}/${path}`);

describe('a file', () => {
  it('sent by a person can be downloaded by the bot', async () => {
    const file_id = await upload(Buffer.from('the bytes'));
    const { result } = await playground.api('getFile', { file_id });
    expect(result).toMatchObject({ file_id, file_size: 9 });
    const response = await download((result as FileAnswer).file_path);
    expect(await response.text()).toBe('the bytes');
  });

  it('expires from its path after an hour, until getFile is called again', async () => {
    const file_id = await upload(Buffer.from('x'));
    const begun = performance.now();
    const { file_path } = (await playground.api('getFile', { file_id })).result as FileAnswer;
    const gone = await until(async () => {
      const response = await download(file_path);
      return response.status === 404 && response;
    });
    expect((performance.now() - begun) * timeScale).toBeGreaterThan(hourMs * 0.9);
    expect(await gone.json()).toEqual({ ok: false, error_code: 404, description: 'Not Found' });
    await playground.api('getFile', { file_id });
    expect((await download(file_path)).status).toBe(200);
  });

  it('above 20 MiB cannot be fetched', async () => {
    const file_id = await upload(Buffer.alloc(20 * 2 ** 20 + 1));
    const answer = await playground.api('getFile', { file_id });
    expect(answer.description).toBe('Bad Request: file is too big');
  });

  it('sent as a photo reports its dimensions', async () => {
    const png = Buffer.alloc(24);
    png.writeUInt32BE(0x89504e47, 0);
    png.writeUInt32BE(640, 16);
    png.writeUInt32BE(480, 20);
    await upload(png, 'photo');
    const [message] =
      await playground.get<{ photo: object[]; caption: string }[]>('chats/1/messages');
    expect(message).toMatchObject({ caption: 'look', photo: [{ width: 640, height: 480 }] });
  });

  it('sent as a photo is refused above 10 MiB', async () => {
    await playground.say(1, 'x');
    const form = new FormData();
    form.set('chat_id', '1');
    form.set('photo', new Blob([Buffer.alloc(10 * 2 ** 20 + 1)]), 'big.jpg');
    const response = await fetch(`${playground.url}/bot${token}/sendPhoto`, {
      method: 'POST',
      body: form,
    });
    expect(response.status).toBe(413);
  });

  it('is served to the page with headers that keep it from running', async () => {
    const file_id = await upload(Buffer.from('<script>'));
    const response = await fetch(`${playground.url}/play/files/${file_id}`);
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).toBe('<script>');
  });

  it('can be downloaded with the bot token only', async () => {
    const response = await fetch(`${playground.url}/file/bot1:wrong/documents/file_1`);
    expect(response.status).toBe(401);
  });
});
