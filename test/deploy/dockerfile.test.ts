import { readdirSync } from 'node:fs';
import { load } from 'js-yaml';
import { exists, pathOf, read } from './repository.js';

interface Workflow {
  jobs: { test: { strategy: { matrix: { node: number[] } } } };
}

const dockerfile = read('packages/deploy/Dockerfile');
const instructions = dockerfile
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line))
  .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const);
const of = (kind: string) => instructions.filter(([name]) => name === kind).map(([, rest]) => rest);

const allowed = read('.dockerignore')
  .split('\n')
  .filter((line) => line.startsWith('!'))
  .map((line) => line.slice(1));

describe('Dockerfile', () => {
  const copied = of('COPY')
    .filter((copy) => !copy.startsWith('--from'))
    .flatMap((copy) => copy.split(' ').slice(0, -1));

  it('copies only existing files that .dockerignore does not exclude', () => {
    expect(copied.length).toBeGreaterThan(5);
    for (const source of copied) {
      expect([source, exists(source)]).toEqual([source, true]);
      const passes = allowed.some((path) => source === path || source.startsWith(`${path}/`));
      expect([source, passes]).toEqual([source, true]);
    }
  });

  it('sends the builder only files that the Dockerfile copies', () => {
    expect(allowed.filter((path) => !copied.some((source) => source.startsWith(path)))).toEqual([]);
  });

  it('copies only from stages that exist', () => {
    const stages = of('FROM').map((from) => from.split(' AS ')[1]);
    for (const copy of of('COPY').filter((rest) => rest.startsWith('--from'))) {
      expect(stages).toContain(/^--from=(\w+)/.exec(copy)?.[1]);
    }
  });

  it('runs npm scripts that exist, and builds all that the command `chatlane` needs', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const commands = of('RUN').join('\n');
    for (const [, script = ''] of commands.matchAll(/npm run (\S+)/g)) {
      expect(scripts).toHaveProperty(script);
    }
    expect(commands).toContain('--filter=chatlane\n');
  });

  it('removes existing folders that nothing in the image depends on', () => {
    const [, removed = ''] = /rm -rf ([\w/ -]+?) &&/.exec(dockerfile) ?? [];
    const folders = removed.split(' ');
    expect(folders.length).toBeGreaterThan(3);
    for (const folder of folders) expect([folder, exists(folder)]).toEqual([folder, true]);
    const manifests = ['apps', 'packages']
      .flatMap((group) => readdirSync(pathOf(group)).map((name) => `${group}/${name}`))
      .filter((folder) => !folders.includes(folder) && exists(`${folder}/package.json`));
    for (const folder of manifests) {
      const { dependencies = {} } = JSON.parse(read(`${folder}/package.json`)) as {
        dependencies?: object;
      };
      for (const gone of folders) {
        expect(Object.keys(dependencies)).not.toContain(gone.replace(/^\w+/, '@chatlane'));
      }
    }
  });

  it('runs on an LTS version of Node that the workflow tests, as well as the oldest supported one', () => {
    const [, image] = /^node:(\d+)\./.exec(of('FROM')[0]!)!;
    const { jobs } = load(read('.github/workflows/ci.yml')) as Workflow;
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    const [, oldest] = /^>=(\d+)\./.exec(engines.node)!;
    expect(Number(image) % 2).toBe(0);
    expect(jobs.test.strategy.matrix.node).toEqual(
      expect.arrayContaining([Number(image), Number(oldest)]),
    );
  });

  it('pins its base image and does not run as root', () => {
    expect(of('FROM')[0]).toMatch(/^node:\d+\.\d+\.\d+-\S+ AS base$/);
    expect(of('USER')).toEqual(['node']);
  });
});
