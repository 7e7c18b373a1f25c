import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort, startApp } from '@chatlane/processes';
import { endAll, npmStart, until } from './launched.js';
import { createPerson } from './talk.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(`${root}/README.md`, 'utf8');
const operating = readFileSync(`${root}/packages/deploy/README.md`, 'utf8');
const folder = '.chatlane/readme';

/** The fenced code blocks in one language. */
function blocks(language: string, text = readme): string[] {
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text]) => text!,
  );
}

beforeAll(() => {
  // Inside the checkout, so that the module can resolve the packages it imports.
  mkdirSync(`${root}/${folder}`, { recursive: true });
  writeFileSync(`${root}/${folder}/bot.mjs`, blocks('js')[0]!);
});
afterEach(endAll);
afterAll(() => rmSync(`${root}/${folder}`, { recursive: true }));

/** Every command in the README and the operating guide, with the test that runs it. A new command needs an entry and a test. */
const RUN_BY: Record<string, string> = {
  'npm start': 'test/start/running.test.ts',
  'npm test': '.ci/run',
  'npm run docs': 'test/docs/site.test.ts',
  'npm i chatlane telegraf': 'test/outside/outside.test.ts',
  'npx chatlane dev': 'test/outside/outside.test.ts',
  'npx chatlane dev src/index.ts': 'test/start/readme.test.ts',
  'BOT_TOKEN=123456789:AA… npx chatlane dev': 'test/start/readme.test.ts',
  'BOT_TOKEN=123456789:AA… REDIS_URL=redis://127.0.0.1:6379 npx chatlane start':
    'test/outside/outside.test.ts',
  'npm create chatlane@latest my-bot': 'test/outside/outside.test.ts',
  'npm create chatlane': 'test/outside/outside.test.ts',
  'npm run pack -- ../packs': 'test/outside/outside.test.ts',
  'npm i ../packs/*.tgz telegraf': 'test/outside/outside.test.ts',
  'npx create-chatlane my-bot': 'test/outside/outside.test.ts',
  'docker compose up --build --scale worker=4': 'test/deploy/compose.test.ts',
  'docker compose run --rm ops doctor': 'test/deploy/compose.test.ts',
  'docker compose --profile alerts up': 'test/deploy/alertmanager.test.ts',
  'npx chatlane-ops doctor': 'apps/ops/src/doctor.test.ts',
  'npx chatlane-ops upgrade': 'apps/ops/src/upgrade.test.ts',
  'redis-cli --cluster import 127.0.0.1:7000 --cluster-from 127.0.0.1:6379':
    'test/cluster/import.test.ts',
  'npx chatlane-ops limits': 'apps/ops/src/limits.test.ts',
  'npx chatlane-ops status --watch': 'apps/ops/src/status.test.ts',
  'npm run bench -- round-trips': 'test/start/readme.test.ts',
  'npm run chaos': 'test/chaos/chaos.test.ts',
  'npm run chaos:downloads': 'test/downloads/under-fire.test.ts',
};

describe('the README', () => {
  it('shows only commands that a test runs, and so does the operating guide', () => {
    const inline = [
      ...`${readme}\n${operating}`.matchAll(/`((?:\w+=\S+ )*(?:npm|npx|docker) [^`]+)`/g),
    ].map(([, c]) => c!);
    const shown = [...blocks('sh'), ...blocks('sh', operating)].flatMap((block) =>
      block.trim().split('\n'),
    );
    expect(new Set([...shown, ...inline])).toEqual(new Set(Object.keys(RUN_BY)));
    for (const file of Object.values(RUN_BY))
      expect(() => readFileSync(`${root}/${file}`)).not.toThrow();
  });

  it('contains a bot that runs on the simulator', async () => {
    const launched = npmStart([`${folder}/bot.mjs`, '--port', '0']);
    const [, page] = await launched.see(/^Chatlane is ready\n[\s\S]*Open (\S+) [\s\S]*Stop: /m);
    const person = createPerson(page!, 801);
    await person.say('hello');
    await until(async () => (await person.answers()).length === 1);
    await person.say('again');
    await until(async () => (await person.answers()).length === 2);
    expect(await person.answers()).toEqual([
      'That was your message number 1.',
      'That was your message number 2.',
    ]);
    launched.signal('SIGINT');
    expect(await launched.exited).toBe(0);
  });

  it('contains a bot that runs with a token, by long polling', async () => {
    // Sessions outlive a restart, so this test uses another bot.
    const botId = Date.now();
    const token = `${botId}:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo`;
    const telegram = await startApp({
      app: 'playground',
      env: { BOT_TOKEN: token, PLAYGROUND_PORT: '0' },
    });
    try {
      const url = `http://127.0.0.1:${telegram.ports.http}`;
      const launched = npmStart(['--workers', '1'], {
        BOT_TOKEN: token,
        BOT_MODULE: `${folder}/bot.mjs`,
        TELEGRAM_API_ROOT: url,
        INGRESS_PORT: String(await freePort()),
      });
      await launched.see(/^Chatlane is ready\n[\s\S]*Stop: /m);
      const person = createPerson(url, 802);
      await person.say('hello');
      await until(async () => (await person.answers()).length === 1);
      expect(await person.answers()).toEqual(['That was your message number 1.']);
      expect(launched.output()).not.toContain(token);
      launched.signal('SIGINT');
      expect(await launched.exited).toBe(0);
    } finally {
      await telegram.stop();
      rmSync(`${root}/.chatlane/bot-${botId}`, { recursive: true, force: true });
    }
  });

  it('shows a bench that counts one push and one commit per update at rest, and fewer under load', async () => {
    const { stdout } = await promisify(execFile)('npm', ['run', 'bench', '--', 'round-trips'], {
      cwd: root,
    });
    const row = (load: string): number[] => {
      const line = stdout.split('\n').find((each) => each.includes(` ${load} `));
      return line!.split('│').slice(2, -1).map(Number);
    };
    const [pushAtRest, openAtRest, commitAtRest] = row('at rest');
    expect([pushAtRest, openAtRest, commitAtRest]).toEqual([1, 1, 1]);
    const [pushCold, openCold, commitCold, , , commandsCold] = row('cold');
    expect(pushCold! + commitCold!).toBeLessThanOrEqual(0.5);
    expect(openCold).toBeLessThanOrEqual(0.5);
    const [pushHot, openHot, commitHot, , , commandsHot] = row('hot');
    expect(pushHot! + commitHot!).toBeLessThanOrEqual(0.5);
    expect(openHot).toBeLessThanOrEqual(0.05);
    // The limits are 1.5 times what the prototype needed (17 and 10).
    expect(commandsCold).toBeLessThanOrEqual(25.5);
    expect(commandsHot).toBeLessThanOrEqual(15);
  });
});
