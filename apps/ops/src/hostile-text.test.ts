import { lanePrefix } from '@chatlane/lanes';
import { once } from 'node:events';
import { startDeployment, until, type TestDeployment } from './ops.testkit.js';

/** A colour, a clipboard write, both as C1 controls, a bidi override, a forged line. */
const hostile =
  '\u001b[31m \u001b]52;c;cm0gLXJm\u0007 \u009b31m \u009d52;c;eA==\u009c \u202e \u200b \r\nHealthy.';

/** Only characters that are safe on a terminal, besides the command line's own line breaks and tabs. */
const harmless = /^[^\p{C}\p{Zl}\p{Zp}]*$/u;

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startDeployment();
  const error = Object.assign(new Error(hostile), { name: hostile });
  error.stack = `${hostile}: ${hostile}\n    at ${hostile}`;
  const worker = await deployment.worker(() => Promise.reject(error));
  await deployment.push(7, 70, hostile);
  await until(async () => (await deployment.operator.deadLetters.count()) === 1);
  await worker.stop(AbortSignal.timeout(1_000));
  await deployment.push(8, 80, hostile);
  await deployment.intake.park(Buffer.from(`{"update_id": ${hostile}`), 'not JSON');
  // A bot in another language, or with a store that does not validate, may have written such a session.
  await deployment.redis.set(
    `${lanePrefix('chatlane', 'c:8')}:session:c:8:8`,
    `{"note":"${hostile}"}`,
  );
});
afterAll(() => deployment.stop());

it.each([
  'dead list',
  'dead show 70',
  'dead show 70 --raw',
  'dead show 99\u001b[31m',
  'dead drop --error \u001b[31m',
  'lanes list',
  'lanes show c:8',
  'lanes show c:8 --raw',
  'lanes show \u001b[31m',
  'lanes drop c:8',
  'sessions get c:8',
  'sessions get c:8 --raw',
  'sessions export',
  'parked list',
  'parked show PARKED',
  'parked drop PARKED',
  'files list --raw',
  'status',
  'doctor',
])("%j escapes users' texts, in the text output and in JSON", async (command) => {
  const [body] = await deployment.json<{ id: string }[]>('parked list');
  const whole = command.replace('PARKED', body!.id);
  for (const command of [whole, `${whole} --json`]) {
    const { out, errors } = await deployment.ops(command);
    expect((out + errors).replaceAll(/[\n\t]/g, '')).toMatch(harmless);
    expect(out).not.toMatch(/^Healthy\./m);
  }
});

it("preserves users' texts in JSON", async () => {
  const shown = await deployment.json<{ error: { message: string }; raw: string }>(
    'dead show 70 --raw',
  );
  expect(shown.error.message).toBe(hostile);
  expect((JSON.parse(shown.raw) as { message: { text: string } }).message.text).toBe(hostile);
  const [line = ''] = (await deployment.ops('sessions export')).out.split('\n');
  expect(JSON.parse(line)).toMatchObject({ key: 'c:8:8', session: `{"note":"${hostile}"}` });
});

describe('when the reader of the output goes away', () => {
  beforeAll(async () => {
    // More than fits into the pipe.
    const sessions = Array.from({ length: 1_000 }, (_, user) => [
      `${lanePrefix('chatlane', 'c:9')}:session:c:9:${user}`,
      `"${'x'.repeat(500)}"`,
    ]);
    await deployment.redis.mset(...sessions.flat());
  });

  it.each(['status --watch', 'status --watch --json', 'sessions export', 'lanes list', '--help'])(
    '%j ends without an error',
    async (command) => {
      const child = deployment.start(command);
      let errors = '';
      child.stderr!.on('data', (text) => (errors += text));
      child.stdout!.once('data', () => child.stdout!.destroy());
      const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
      expect({ code, signal, errors }).toEqual({ code: 0, signal: null, errors: '' });
    },
  );
});
