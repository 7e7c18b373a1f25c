import { smallMemory } from '@chatlane/processes';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { exists, read, settingsOf } from './repository.js';

interface Service {
  image: string;
  command?: string | string[];
  entrypoint?: string[];
  profiles?: string[];
  environment?: Record<string, string | number>;
  ports?: string[];
  volumes?: string[];
  build?: { dockerfile: string };
  depends_on?: Record<string, unknown> | string[];
  healthcheck?: { test: string[] };
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  stop_grace_period?: string;
}

const text = read('docker-compose.yml');
const compose = load(text, { schema: CORE_SCHEMA.withTags(mergeTag) }) as {
  services: Record<string, Service>;
  volumes: object;
};
const services = Object.entries(compose.services);
const service = (name: string): Service => compose.services[name] ?? { image: '' };

describe('docker-compose.yml', () => {
  it('has all services of a bot', () => {
    const names = [
      'redis',
      'ingress',
      'worker',
      'downloader',
      'set-webhook',
      'ops',
      'prometheus',
      'alertmanager',
      'grafana',
    ];
    expect(Object.keys(compose.services)).toEqual(names);
  });

  it.each(['ingress', 'worker', 'downloader'])(
    'gives the %s only settings that it reads',
    (name) => {
      const known = settingsOf(`apps/${name}/src/config.ts`);
      const given = Object.keys(service(name).environment ?? {});
      // Settings of Node and the C library.
      const own = given.filter((setting) => !/^(NODE_OPTIONS|MALLOC_\w+)$/.test(setting));
      expect(own.filter((setting) => !known.has(setting))).toEqual([]);
    },
  );

  it('starts the downloader with the same memory options as npm start', () => {
    const { environment = {} } = service('downloader');
    const own = Object.keys(smallMemory).map((name) => [name, String(environment[name])]);
    expect(Object.fromEntries(own)).toEqual(smallMemory);
  });

  it.each(['ingress', 'worker', 'downloader'])(
    'either passes on or fixes every setting of the %s',
    (name) => {
      const given = service(name).environment ?? {};
      const known = [...settingsOf(`apps/${name}/src/config.ts`).keys()];
      expect(known.filter((setting) => !(setting in given))).toEqual([]);
    },
  );

  it('takes only settings of .env.example from .env, each under its own name', () => {
    const example = read('.env.example');
    for (const [, setting = '', from = ''] of text.matchAll(/^\s+([A-Z]\w+): \$\{(\w+)/gm)) {
      expect(from).toBe(setting);
    }
    for (const [, from = ''] of text.matchAll(/\$\{(\w+)/g)) {
      expect(example).toContain(`\n# ${from}=`);
    }
  });

  it('pins the version of every image', () => {
    for (const [, { image }] of services) {
      expect(image).toMatch(/^(chatlane:local|[\w./-]+:v?\d+\.\d+\.\d+[\w.-]*)$/);
    }
  });

  it('publishes each port once, on loopback only, and none of services that can be scaled', () => {
    const ports = services.flatMap(([, { ports: published = [] }]) => published);
    expect(ports.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
    expect(new Set(ports.map((port) => port.split(':')[1])).size).toBe(ports.length);
    for (const name of ['worker', 'downloader']) expect(service(name).ports).toBeUndefined();
  });

  it('mounts only existing paths and declared volumes', () => {
    for (const [, { volumes = [], build }] of services) {
      if (build) expect(exists(build.dockerfile)).toBe(true);
      const defaults = volumes.map((volume) => volume.replace(/\$\{\w+:-([^}]*)\}/, '$1'));
      for (const [source = ''] of defaults.map((volume) => volume.split(':'))) {
        expect(source.startsWith('.') ? exists(source) : source in compose.volumes).toBe(true);
      }
    }
  });

  it("runs an author's bot with one setting, the bot's folder", () => {
    const { volumes = [], environment } = service('worker');
    expect(volumes).toContain('${BOT_FOLDER:-./packages/bot}:/app/bot:ro');
    expect(environment?.['BOT_MODULE']).toBe('${BOT_MODULE:-${BOT_FOLDER:+bot/bot.mjs}}');
    expect(read('packages/deploy/Dockerfile')).toContain('\nWORKDIR /app\n');
  });

  it('runs entry points of apps that exist', () => {
    for (const name of ['ingress', 'worker', 'downloader']) {
      expect(service(name).command).toEqual(['node', `apps/${name}/dist/main.js`]);
      expect(exists(`apps/${name}/src/main.ts`)).toBe(true);
    }
    const [node, program = '', ...rest] = service('set-webhook').command ?? [];
    expect([node, exists(program), rest]).toEqual(['node', true, ['webhook']]);
  });

  it("runs the operator's command line on request, with all its settings", () => {
    const { entrypoint, command, profiles, environment = {} } = service('ops');
    expect(entrypoint).toEqual((service('set-webhook').command as string[]).slice(0, 2));
    expect([command, profiles]).toEqual([['--help'], ['ops']]);
    const read = [...settingsOf('apps/ops/src/config.ts').keys()];
    expect(read).toContain('BOT_TOKEN');
    expect(read.filter((setting) => !(setting in environment))).toEqual([]);
  });

  it('runs everything without capabilities on a read-only root', () => {
    for (const [, { read_only, cap_drop, security_opt }] of services) {
      expect({ read_only, cap_drop, security_opt }).toEqual({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
    }
  });

  it('gives a process more time to stop than its shutdown deadline', () => {
    for (const name of ['ingress', 'worker', 'downloader']) {
      const { environment, stop_grace_period: grace = '' } = service(name);
      expect(Number.parseInt(grace) * 1_000).toBeGreaterThan(
        Number(environment?.['SHUTDOWN_DEADLINE_MS']) + 2_000,
      );
    }
  });

  it('makes Redis store its data on disk and never evict keys', () => {
    const { command, volumes } = service('redis');
    expect(command).toContain('--appendonly yes');
    expect(command).toContain('--maxmemory-policy noeviction');
    expect(volumes).toEqual(['redis-data:/data']);
  });

  it('waits for services that exist and have a health check', () => {
    for (const [, { depends_on: needs = [] }] of services) {
      for (const name of Array.isArray(needs) ? needs : Object.keys(needs)) {
        expect(service(name).healthcheck).toBeDefined();
      }
    }
  });
});
