import { lanePrefix } from '@chatlane/lanes';
import { startSimulator, type RunningSimulator } from '@chatlane/simulator';
import {
  startDeployment,
  token,
  until,
  unwrapped,
  widest,
  type Ran,
  type TestDeployment,
} from './ops.testkit.js';

interface Check {
  check: string;
  state: 'ok' | 'note' | 'finding' | 'skipped';
  message: string;
  advice?: string;
}

let telegram: RunningSimulator;
/** What Telegram answers to getWebhookInfo. */
let webhook: object | undefined;
let deployment: TestDeployment;
beforeAll(async () => {
  telegram = await startSimulator({ token });
  telegram.onCall(({ method }) =>
    method === 'getWebhookInfo' && webhook ? { result: webhook } : undefined,
  );
});
afterEach(() => deployment.stop());
afterAll(() => telegram.stop());

const withBot = (): Record<string, string> => ({
  BOT_TOKEN: token,
  TELEGRAM_API_ROOT: telegram.url,
  PUBLIC_URL: 'https://bot.example.org',
});
const findings = ({ out }: Ran): string[] =>
  (JSON.parse(out) as { checks: Check[] }).checks
    .filter(({ state }) => state === 'finding')
    .map(({ check }) => check);

describe('chatlane-ops doctor', () => {
  it('reports no findings for a healthy deployment', async () => {
    deployment = await startDeployment([
      ...['--appendonly', 'yes', '--maxmemory-policy', 'noeviction'],
    ]);
    await deployment.worker(() => Promise.resolve());
    await deployment.push(1, 1);
    await until(async () => (await deployment.operator.lanes.list()).length === 0);
    webhook = {
      url: 'https://bot.example.org/telegram/webhook',
      has_custom_certificate: false,
      pending_update_count: 3,
      last_error_date: 1_600_000_000,
      last_error_message: 'long ago',
    };
    const { code, out, errors } = await deployment.ops('doctor', withBot());
    expect({ errors, found: out.split('\n').filter((line) => line.includes('!!')) }).toEqual({
      errors: '',
      found: [],
    });
    expect(out).toMatch(/\n\nHealthy\.\n$/);
    expect(code).toBe(0);

    const alone = await deployment.json<{ checks: Check[] }>('doctor');
    expect(alone.checks.find(({ check }) => check === 'webhook')?.state).toBe('skipped');
  });

  it('reports each problem with a remedy', async () => {
    deployment = await startDeployment([
      ...['--save', '', '--maxmemory-policy', 'allkeys-lru', '--maxmemory', '100mb'],
    ]);
    const { redis, operator } = deployment;
    for (const chat of [1, 2, 3, 4]) await deployment.push(chat, chat);
    const long = String(Date.now() - 3_600_000);
    const keyOf = (lane: string, rest: string) => `${lanePrefix('chatlane', lane)}:${rest}`;
    for (const lane of ['c:1', 'c:2', 'c:3']) await redis.zrem(keyOf(lane, 'waking'), lane);
    await redis.zadd(keyOf('c:1', 'held'), long, 'c:1');
    await redis.zadd(keyOf('c:2', 'resting'), long, 'c:2');
    await redis.zadd(keyOf('c:3', 'waking'), long, 'c:3');
    await operator.drop('c:4');
    await redis.zadd(keyOf('c:1', 'outbox'), long, `1.1|download|${long}|c:1\n{}`);
    for (const key of await redis.keys('{chatlane}:wake:[0-9]*')) {
      const job = JSON.parse((await redis.hget(key, 'data'))!) as { lanes: string[] };
      await redis.hset(key, 'data', JSON.stringify({ ...job, at: Number(long) + 60_000 }));
    }
    webhook = {
      url: 'https://elsewhere.example.org/hook',
      has_custom_certificate: false,
      pending_update_count: 5_000,
      last_error_date: Math.floor(Date.now() / 1_000) - 10,
      last_error_message: 'Wrong response from the webhook: 401 Unauthorized',
      allowed_updates: ['inline_query'],
    };
    await deployment.opened.storeAllowedUpdates(['message', 'chat_member']);
    const env = withBot();
    const [asJson, asText, refused] = await Promise.all([
      deployment.ops('doctor --json', env),
      deployment.ops('doctor', env),
      deployment.ops('doctor --json', { ...env, BOT_TOKEN: `${token}x` }),
    ]);
    expect([asJson.code, asText.code]).toEqual([1, 1]);
    expect(findings(asJson)).toEqual([
      ...['redis', 'redis'],
      'workers',
      ...['stuck-lanes', 'stuck-lanes', 'stuck-lanes'],
      'sweep',
      'wake-ups',
      'stray-wake-ups',
      'outbox',
      'webhook',
      'pending-updates',
      'webhook-error',
      'allowed-updates',
    ]);
    const { checks } = JSON.parse(asJson.out) as { checks: Check[] };
    expect(checks.filter(({ state, advice }) => state === 'finding' && !advice)).toEqual([]);
    expect(unwrapped(asText.out)).toMatch(/!! {2}1 lane is held/);
    expect(unwrapped(asText.out)).toMatch(
      /!! {2}1 request of committed turns is not delivered yet, the oldest for 1 h/,
    );
    expect(unwrapped(asText.out)).toMatch(
      /!! {2}Telegram does not send message, chat_member, .* and sends inline_query, which .*\n *-> Run `chatlane-ops webhook`/,
    );
    expect(unwrapped(asText.out)).toMatch(/-> .*CONFIG SET maxmemory-policy noeviction/);
    // Commands are not wrapped.
    expect(widest(asText.out.replace(/`[^`]*`/g, ''))).toBeLessThanOrEqual(80);
    expect(unwrapped(asText.out)).toMatch(/14 findings, marked with !!\./);
    expect(asText.out + asJson.out + refused.out).not.toContain(token);
    expect(findings(refused).at(-1)).toBe('webhook');
  });

  it('reports unhandled events and blocked lanes with the reason', async () => {
    deployment = await startDeployment(['--appendonly', 'yes', '--maxmemory-policy', 'noeviction']);
    const { redis, intake } = deployment;
    const flood = Object.assign(new Error('wait'), { name: 'RetryAfterError', errorCode: 429 });
    const failing = await deployment.worker(
      ({ lane }) => Promise.reject(lane === 'c:1' ? new TypeError('x') : flood),
      {
        classifyError: (error) =>
          error === flood ? { next: 'wait', forMs: 600_000 } : { next: 'retry' },
      },
    );
    const blocking = async (): Promise<void> => {
      await failing.stop(AbortSignal.timeout(1_000));
      const worker = await deployment.worker(() => Promise.reject(new RangeError('far')), {
        atTheLimit: 'block',
      });
      await deployment.push(3, 30);
      await until(async () => (await deployment.operator.lanes.show('c:3'))?.state === 'paused');
      await worker.stop(AbortSignal.timeout(1_000));
    };
    await deployment.push(1, 10);
    for (const id of [20, 21, 22]) await deployment.push(2, id);
    await until(async () => (await deployment.operator.deadLetters.count()) === 1);
    await until(async () => (await deployment.operator.lanes.show('c:2'))?.state === 'resting');
    await blocking();
    await deployment.operator.pause('c:4');
    await intake.park(Buffer.from('{"update_id'), 'not JSON');
    await deployment.worker(() => Promise.resolve());
    // The age that a ten-minute back-off would give the lane.
    await redis.zadd(`${lanePrefix('chatlane', 'c:2')}:oldest`, Date.now() - 600_000, 'c:2');

    const [asJson, asText] = [
      await deployment.ops('doctor --json'),
      await deployment.ops('doctor'),
    ];
    expect(asText.code).toBe(1);
    expect(findings(asJson)).toEqual([
      ...['dead-letters', 'parked-bodies', 'resting-lanes', 'blocked-lanes'],
    ]);
    for (const line of [
      /!! {2}1 event failed for good/,
      /!! {2}1 body was acknowledged but parked/,
      /!! {2}1 lane is resting with 3 events, the oldest for 10 min: c:2 for 9\.\d min more \(waits because of 429 Too Many Requests\)\./,
      /!! {2}1 lane is paused because the first event failed: c:3 for .* \(RangeError in attempt 1\)\./,
      / \. {2}1 lane is paused: c:4 for /,
    ]) {
      expect(unwrapped(asText.out)).toMatch(line);
    }
    expect((await deployment.ops('status')).out).toMatch(/^parked +1$/m);
  });

  it('reports a user who may not rewrite the append-only file, without rewriting it itself', async () => {
    deployment = await startDeployment(['--appendonly', 'yes']);
    const { redis, server } = deployment;
    await redis.acl('SETUSER', 'poor', 'on', '>poor', '~*', '&*', '+@all', '-bgrewriteaof');
    const limited = { REDIS_URL: server.url.replace('://', '://poor:poor@') };
    const [found, trusted] = await Promise.all([
      deployment.ops('doctor', limited),
      deployment.ops('doctor --json'),
    ]);
    expect(unwrapped(found.out)).toMatch(
      /!! {2}Redis at .* does not allow the user poor to rewrite its append-only file/,
    );
    expect(unwrapped(found.out)).toMatch(/-> .*ACL SETUSER poor \+bgrewriteaof/);
    expect(findings(trusted)).not.toContain('append-only-file');
    expect(await redis.info('persistence')).toContain('aof_last_rewrite_time_sec:-1');

    // A password without a user name belongs to the user `default`.
    await redis.acl('SETUSER', 'default', '>nameless', '-bgrewriteaof');
    const nameless = { REDIS_URL: server.url.replace('://', '://:nameless@') };
    const advice = /ACL SETUSER (\S+) \+bgrewriteaof/.exec(
      (await deployment.ops('doctor', nameless)).out,
    );
    expect(advice?.[1]).toBe('default');
  });

  it('reports a webhook, which prevents polling, and invalid settings before anything else', async () => {
    deployment = await startDeployment();
    webhook = { url: 'https://bot.example.org/x', has_custom_certificate: false };
    const [polling, faulty] = await Promise.all([
      deployment.ops('doctor --json', { ...withBot(), INGRESS_MODE: 'polling' }),
      deployment.run('doctor', { BOT_TOKEN: 'short', INGRESS_MODE: 'pigeon' }),
    ]);
    expect(findings(polling)).toContain('webhook');
    expect(faulty).toMatchObject({ code: 2, out: '' });
    expect(faulty.errors).toMatch(/BOT_TOKEN: .*\n.*INGRESS_MODE: /);
    expect(faulty.errors).not.toContain('short');
  });
});
