import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import {
  createBroadcastRunner,
  createChatRecorder,
  createKnownChats,
  type BroadcastRunner,
  type BroadcastStatus,
} from '@chatlane/broadcasts';
import { startSimulator, type RunningSimulator } from '@chatlane/simulator';
import { createBulkSender, createTelegramClient, type TelegramClient } from '@chatlane/telegram';
import { runCli } from './cli.js';
import { startDeployment, token, until, widest, type TestDeployment } from './ops.testkit.js';

const name = 'chatlane';
const operator = 7;
const folder = mkdtempSync(join(tmpdir(), 'chatlane-broadcast-'));
const file = join(folder, 'chats.txt');
let deployment: TestDeployment;
let telegram: RunningSimulator;
let client: TelegramClient;
let runner: BroadcastRunner;
let settings: Record<string, string>;

beforeAll(async () => {
  deployment = await startDeployment();
  telegram = await startSimulator({ token });
  settings = { BOT_TOKEN: token, TELEGRAM_API_ROOT: telegram.url };
  client = createTelegramClient({ token, apiRoot: telegram.url });
  runner = createBroadcastRunner({
    redis: deployment.redis,
    name,
    sender: createBulkSender(client),
  });
  await runner.start();
  for (const user of [operator, 101, 102, 103, 104]) telegram.say(user, 'hello');
  writeFileSync(file, '101\n102\n\n103\r\n101\n104\n');
});
afterAll(async () => {
  await runner.stop();
  client.close();
  await telegram.stop();
  await deployment.stop();
  rmSync(folder, { recursive: true });
});

const textsTo = (chat: number): unknown[] =>
  telegram
    .calls()
    .flatMap(({ chat_id, params, ok }) => (chat_id === chat && ok ? [params.text] : []));

describe('chatlane-ops broadcast', () => {
  it('creates, previews, starts and reports a broadcast', async () => {
    await telegram.post('blocks', { user_id: 103, blocked: true });
    const created = await deployment.ops(`broadcast create --text Hello --to ${file}`);
    expect(created.out).toContain('is a draft for 4 chats. Now: broadcast preview 1 --to');
    const early = await deployment.ops('broadcast start 1 --confirm 12345678');
    expect(early).toMatchObject({ code: 1 });
    expect(early.errors).toContain('Broadcast 1 is draft; only one that is previewed');

    const preview = await deployment.ops(`broadcast preview 1 --to ${operator}`, settings);
    expect(preview.out).toContain('It goes to 4 chats. To start: broadcast start 1 --confirm ');
    expect(textsTo(operator)).toEqual(['Hello']);
    const code = /--confirm (\w+)/.exec(preview.out)![1]!;
    const wrong = await deployment.ops('broadcast start 1 --confirm 00000000');
    expect(wrong.errors).toContain('preview it again');
    const started = await deployment.ops(`broadcast start 1 --confirm ${code}`);
    expect(started.out).toContain('Broadcast 1 is starting.');
    const status = await until(async () => {
      const now = await deployment.json<BroadcastStatus>('broadcast status 1');
      return now.state === 'finished' && now;
    });
    expect(status.counts).toMatchObject({ sent: 3, blocked: 1 });
    const screen = await deployment.ops('broadcast status 1');
    expect(screen.out).toMatch(/^progress +\[#{40}\] 100 % 4\/4$/m);
    expect(screen.out).toMatch(/^outcomes +sent 3, blocked 1$/m);
    expect(widest(screen.out)).toBeLessThanOrEqual(80);
    const report = await deployment.ops('broadcast report 1 --csv');
    expect(report.out).toBe('chat_id,outcome,why\n101,sent,\n102,sent,\n103,blocked,\n104,sent,\n');
    for (const chat of [101, 102, 104]) expect(textsTo(chat)).toEqual(['Hello']);
    expect((await deployment.ops('broadcast status')).out).toMatch(/^ *1 +finished +news +4 +4/m);
  });

  it('schedules, pauses, resumes, slows down and cancels a broadcast', async () => {
    const { id } = await deployment.json<{ id: number }>(
      `broadcast create --text Later --rate 5 --to ${file}`,
    );
    const { code } = await deployment.json<{ code: string }>(
      `broadcast preview ${id} --to ${operator}`,
      settings,
    );
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const started = await deployment.ops(`broadcast start ${id} --confirm ${code} --at ${at}`);
    expect(started.out).toContain(`Broadcast ${id} will start at `);
    expect((await deployment.ops(`broadcast pause ${id} --why typo`)).code).toBe(0);
    const paused = await deployment.ops(`broadcast status ${id}`);
    expect(paused.out).toMatch(new RegExp(`^broadcast +${id}: paused \\(typo\\)$`, 'm'));
    expect((await deployment.ops(`broadcast resume ${id}`)).out).toContain('goes on');
    expect((await deployment.ops(`broadcast rate ${id} 2.5`)).out).toContain('at 2.5/s at most');
    const unconfirmed = await deployment.ops(`broadcast cancel ${id}`);
    expect(unconfirmed.errors).toContain(
      `4 chats will not get broadcast ${id}. There is no terminal`,
    );
    expect((await deployment.ops(`broadcast cancel ${id} --yes`)).code).toBe(0);
    expect((await deployment.json<BroadcastStatus>(`broadcast status ${id}`)).state).toBe(
      'cancelled',
    );
  });

  it('reads the chats from the standard input', async () => {
    const output = new PassThrough();
    const code = await runCli({
      argv: ['broadcast', 'create', '--text', 'x', '--to', '-'],
      env: { REDIS_URL: deployment.server.url },
      input: Readable.from(['301\n30', '2\n']) as unknown as NodeJS.ReadStream,
      output: output as unknown as NodeJS.WriteStream,
      errors: new PassThrough() as unknown as NodeJS.WriteStream,
    });
    expect(code).toBe(0);
    expect(String(output.read())).toContain('is a draft for 2 chats');
  });

  it('sends to known chats and segments', async () => {
    const recorder = createChatRecorder({ redis: deployment.redis, name });
    for (const id of [201, 202, -203]) {
      recorder.saw({ message: { chat: { id }, from: { id, language_code: 'ru' } } });
    }
    await recorder.stop();
    await createKnownChats({ redis: deployment.redis, name }).tag(202, 'beta');
    const size = async (audience: string): Promise<number> =>
      (await deployment.json<{ recipients: number }>(`broadcast create --text x ${audience}`))
        .recipients;
    expect(await size('--known')).toBe(2);
    expect(await size('--segment active=7,language=ru')).toBe(2);
    expect(await size('--segment active=7,chats=all')).toBe(3);
    expect(await size('--segment tag=beta')).toBe(1);
  });

  it.each([
    [`create --to ${file}`, 'Give one of --text or --photo, --copy, --forward and --content.'],
    [`create --text x --copy 1/2 --to ${file}`, 'Give one of'],
    ['create --text x --to /no/such/file', 'ENOENT'],
    [`create --content ${file} --to ${file}`, 'JSON'],
    [`create --text x --button y --to ${file}`, 'A button is its text and its URL'],
    ['create --text x', 'Give one of --to, --known and --segment.'],
    ['create --text x --segment age=3', 'A segment consists of'],
    ['start 1 --confirm x --at tomorrow', 'a time with its zone'],
    ['preview 1 --to me', 'A chat id is a whole number.'],
  ])('refuses wrong usage: %s', async (command, problem) => {
    const refused = await deployment.ops(`broadcast ${command}`);
    expect(refused.errors).toContain(problem);
    expect(refused.code).toBe(2);
  });

  it('names the line that is not a chat id', async () => {
    const bad = join(folder, 'bad.txt');
    writeFileSync(bad, '101\n@channel\n');
    const refused = await deployment.ops(`broadcast create --text x --to ${bad}`);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.errors).toContain('Recipient 2 is not a chat id');
  });
});
