import { createServer } from 'node:http';
import { closeServer, listen } from './listen.js';
import { compileRuntime, type Sample } from './run-process.testkit.js';

const token = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';
const runtime = compileRuntime();
const samples: Sample[] = [];

afterAll(() => {
  for (const { child } of samples) child.kill('SIGKILL');
  runtime.remove();
});

/** A process with an ops server, and whatever `parts` adds to it. */
function start(parts = '', env: object = {}): Sample {
  const sample = runtime.start(
    `import { z } from 'zod';
    import { commonSettings, createOpsServer, readConfig, runProcess, setting } from './index.js';
    const schema = z.object({ ...commonSettings((url) => ({ url, secrets: [] })), OPS_PORT: setting.port(0) });
    const config = (env) => {
      const read = readConfig(schema, env);
      return {
        logLevel: read.LOG_LEVEL, shutdownDeadlineMs: read.SHUTDOWN_DEADLINE_MS,
        secrets: [read.BOT_TOKEN], opsPort: read.OPS_PORT, token: read.BOT_TOKEN,
      };
    };
    function create(config, { lifecycle, logger, registry, fail }) {
      const ops = createOpsServer({ host: '127.0.0.1', port: config.opsPort, registry, lifecycle });
      lifecycle.add({ name: 'ops', start: ops.start, stop: ops.stop });
      ${parts}
      return { ports: () => ({ ops: ops.port }) };
    }
    await runProcess({ name: 'sample', env: process.env, config, create });`,
    { BOT_TOKEN: token, ...env },
  );
  samples.push(sample);
  return sample;
}

const loud = `lifecycle.add({ name: 'loud', start() {}, stop: () => logger.info('loud stopped') });`;
const stuck = `lifecycle.add({ name: 'stuck', stop: () => new Promise(() => setInterval(() => {}, 1000)) });`;

describe('runProcess', () => {
  it('sends its ports to the parent once ready, and serves Node metrics', async () => {
    const sample = start();
    const ready = (await sample.message) as { chatlane: string; ports: { ops: number } };
    expect(ready).toEqual({ chatlane: 'ready', ports: { ops: expect.any(Number) as number } });
    const base = `http://127.0.0.1:${ready.ports.ops}`;
    expect((await fetch(`${base}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${base}/metrics`)).text()).toContain('process_cpu_seconds_total');
    sample.child.kill('SIGTERM');
    expect(await sample.exited).toEqual([0, null]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops in order on %s and exits 0', async (signal) => {
    const sample = start(loud);
    await sample.message;
    sample.child.kill(signal);
    expect(await sample.exited).toEqual([0, null]);
    expect(sample.stdout()).toMatch(/"ready"[^]*"stopping"[^]*"loud stopped"[^]*"stopped"/);
    expect(sample.stderr()).toBe('');
  });

  it('stops in order and exits 1 when its service fails', async () => {
    const sample = start(`${loud} process.on('message', () => { fail(); fail(); });`);
    await sample.message;
    sample.child.send('fail');
    expect(await sample.exited).toEqual([1, null]);
    expect(sample.stdout()).toMatch(/"loud stopped"[^]*"stopped"/);
  });

  it('stops in order when its parent exits', async () => {
    const sample = start(loud);
    await sample.message;
    sample.child.disconnect();
    expect(await sample.exited).toEqual([0, null]);
    expect(sample.stdout()).toContain('loud stopped');
  });

  it('stops when a signal arrives during the start', async () => {
    const sample = start(`
      ${loud}
      lifecycle.add({ name: 'slow', start: (signal) => new Promise((resolve) => {
        const timer = setInterval(() => {}, 1000);
        signal.addEventListener('abort', () => { clearInterval(timer); resolve(); });
        logger.info('starting slowly');
      }) });`);
    await sample.says('starting slowly');
    sample.child.kill('SIGTERM');
    expect(await sample.exited).toEqual([0, null]);
    expect(sample.stdout()).toContain('loud stopped');
    expect(sample.stdout() + sample.stderr()).not.toContain('could not start');
  });

  it('exits 1 immediately on a second signal', async () => {
    const sample = start(stuck);
    await sample.message;
    sample.child.kill('SIGTERM');
    await sample.says('stopping');
    sample.child.kill('SIGTERM');
    expect(await sample.exited).toEqual([1, null]);
  });

  it('gives up at the deadline, names the part, and exits 1', async () => {
    const sample = start(stuck, { SHUTDOWN_DEADLINE_MS: '50' });
    await sample.message;
    sample.child.kill('SIGTERM');
    expect(await sample.exited).toEqual([1, null]);
    expect(sample.stdout()).toContain('"part":"stuck"');
  });

  it('exits although a resource was left open, and logs it', async () => {
    const sample = start(`setInterval(() => {}, 1000);`);
    await sample.message;
    sample.child.kill('SIGTERM');
    expect(await sample.exited).toEqual([0, null]);
    expect(sample.stdout()).toContain('resources were left open');
  });

  it('prints every invalid setting to standard error and exits 2', async () => {
    const sample = start('', { BOT_TOKEN: `x${token}`, OPS_PORT: 'abc', LOG_LEVEL: 'loud' });
    expect(await sample.exited).toEqual([2, null]);
    expect(sample.stderr().split('\n')).toEqual([
      'sample cannot start, its settings are invalid:',
      '  LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent, not "loud"',
      expect.stringMatching(/^ {2}BOT_TOKEN: must be a bot token as @BotFather gives it/),
      '  OPS_PORT: must be a whole number from 0 to 65535, not "abc"',
      '',
    ]);
    expect(sample.stdout()).toBe('');
  });

  it('names the setting when its port is in use, unwinds and exits 1', async () => {
    const server = createServer();
    const port = await listen(server, { host: '127.0.0.1', port: 0, setting: 'PORT' });
    const open = `lifecycle.add({ name: 'open', stop: () => logger.info('unwound') });`;
    const sample = start(open, { OPS_PORT: String(port) });
    expect(await sample.exited).toEqual([1, null]);
    expect(sample.stderr()).toBe(
      `sample could not start: OPS_PORT: port ${port} on 127.0.0.1 is in use; choose another, or 0 for any free one\n`,
    );
    expect(sample.stdout()).toContain('unwound');
    await closeServer(server);
  });

  it('redacts the token when it reports a failed start', async () => {
    const sample = start(`throw new Error('no answer from /bot' + config.token);`);
    expect(await sample.exited).toEqual([1, null]);
    expect(sample.stderr()).toBe('sample could not start: no answer from /bot[secret]\n');
    expect(sample.stdout()).not.toContain('AAEhBO');
  });

  it.each([
    ['uncaught exception', `setTimeout(() => { throw new Error('lost ' + config.token); }, 50);`],
    ['unhandled rejection', `setTimeout(() => void Promise.reject(new Error('lost')), 50);`],
  ])('logs an %s, stops in order and exits 1', async (_, cause) => {
    const sample = start(loud + cause);
    expect(await sample.exited).toEqual([1, null]);
    expect(sample.stdout()).toMatch(/"level":60[^]*"message":"lost[^]*loud stopped/);
    expect(sample.stdout() + sample.stderr()).not.toContain('AAEhBO');
  });

  it('keeps running after a rejection that is harmless for the service', async () => {
    const sample = start(`setTimeout(() => void Promise.reject(new Error('known')), 50);
      return {
        ports: () => ({ ops: ops.port }),
        isHarmless: ({ message }) => { logger.warn('harmless: ' + message); return message === 'known'; },
      };`);
    await sample.says('harmless: known');
    sample.child.kill('SIGTERM');
    expect(await sample.exited).toEqual([0, null]);
  });
});

describe('runTogether', () => {
  /** Two roles, of which each may add parts, in one process. */
  function together({ first = '', second = '', options = '', env = {} }): Sample {
    const sample = runtime.start(
      `import { z } from 'zod';
      import { commonSettings, createOpsServer, readConfig, runTogether } from './index.js';
      const schema = z.object(commonSettings((url) => ({ url, secrets: [] })));
      const config = (env) => {
        const read = readConfig(schema, env);
        return {
          logLevel: read.LOG_LEVEL, shutdownDeadlineMs: read.SHUTDOWN_DEADLINE_MS,
          secrets: [read.BOT_TOKEN], token: read.BOT_TOKEN,
        };
      };
      const role = (name, add) => ({
        name, config, env: process.env,
        create(config, { lifecycle, logger, registry, fail }) {
          const ops = createOpsServer({ host: '127.0.0.1', port: 0, registry, lifecycle });
          lifecycle.add({ name: 'ops', start: ops.start, stop: ops.stop });
          lifecycle.add({ name: 'part', stop: () => logger.info(name + ' stopped') });
          return add(config, { lifecycle, logger, fail }) ?? { ports: () => ({ [name]: ops.port }) };
        },
      });
      await runTogether([
        role('one', (config, { lifecycle, logger, fail }) => { ${first} }),
        role('two', (config, { lifecycle, logger, fail }) => { ${second} }),
      ], { name: 'both', ${options} });`,
      { BOT_TOKEN: token, ...env },
    );
    samples.push(sample);
    return sample;
  }

  it('runs each role with its own ops server, and stops all of them before it exits', async () => {
    const slow = `lifecycle.add({ name: 'slow', stop: () => new Promise((r) => setTimeout(() => { logger.info('slow stopped'); r(); }, 1500)) });`;
    const sample = together({ second: slow });
    const { ports } = (await sample.message) as { ports: { one: number; two: number } };
    expect(ports.one).not.toBe(ports.two);
    for (const port of Object.values(ports)) {
      const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      expect(metrics).toContain('process_cpu_seconds_total');
    }
    sample.child.kill('SIGTERM');
    expect(await sample.exited).toEqual([0, null]);
    expect(sample.stdout()).toMatch(/"stopping"[^]*one stopped[^]*slow stopped[^]*"stopped"/);
    expect(sample.stdout().split('"stopping"')).toHaveLength(2);
  });

  it('stops all roles and exits 1 when one of them fails', async () => {
    const sample = together({ first: `setTimeout(fail, 300);` });
    expect(await sample.exited).toEqual([1, null]);
    for (const name of ['one', 'two']) expect(sample.stdout()).toContain(`${name} stopped`);
  });

  it('stops the first role when the second does not start', async () => {
    const sample = together({ second: `throw new Error('no ' + config.token);` });
    expect(await sample.exited).toEqual([1, null]);
    expect(sample.stderr()).toBe('both could not start: no [secret]\n');
    expect(sample.stdout()).toContain('one stopped');
  });

  it('reports the invalid settings of all roles and of the caller, each once', async () => {
    const sample = together({
      env: { BOT_TOKEN: '', LOG_LEVEL: 'loud' },
      options: `faults: [{ setting: 'REDIS_URL', problem: 'is missing' }],`,
    });
    expect(await sample.exited).toEqual([2, null]);
    const settings = [...sample.stderr().matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name);
    expect(settings).toEqual(['REDIS_URL', 'LOG_LEVEL', 'BOT_TOKEN']);
  });

  it('is not ready when the caller rejects what runs', async () => {
    const sample = together({ options: `onReady: async () => { throw new Error('no webhook'); }` });
    expect(await sample.exited).toEqual([1, null]);
    expect(sample.stderr()).toBe('both could not start: no webhook\n');
    expect(sample.stdout()).not.toContain('"ready"');
  });
});
