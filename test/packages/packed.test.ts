import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Packed {
  name: string;
  version: string;
  files: { path: string }[];
}

interface Manifest {
  name: string;
  private?: boolean;
  description?: string;
  license?: string;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** What `npm pack` would put into each package. Needs a build. */
async function packAll(): Promise<{ manifest: Manifest; folder: string; packed: Packed }[]> {
  const npm = (...args: string[]) =>
    promisify(execFile)('npm', args, { cwd: root, maxBuffer: 2 ** 26 });
  const [packs, query] = await Promise.all([
    npm('pack', '--dry-run', '--json', '--workspaces'),
    npm('query', '.workspace'),
  ]);
  const found = JSON.parse(packs.stdout) as Packed[] | Record<string, Packed>;
  const workspaces = JSON.parse(query.stdout) as { name: string; location: string }[];
  return Object.values(found).map((packed) => {
    const { location } = workspaces.find(({ name }) => name === packed.name)!;
    const folder = join(root, location);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    return { manifest, folder, packed };
  });
}

describe('the published packages', () => {
  let all: Awaited<ReturnType<typeof packAll>>;
  const published = () => all.filter(({ manifest }) => !manifest.private);

  beforeAll(async () => {
    all = await packAll();
  });

  it('are all packages but those that only this repository uses', () => {
    const own = all.filter(({ manifest }) => manifest.private).map(({ manifest }) => manifest.name);
    expect(own.sort()).toEqual(['@chatlane/test', '@chatlane/testing', '@chatlane/tooling']);
  });

  it('have one version, a description and a license, and run nothing when they are installed', () => {
    const [{ packed }] = all as [(typeof all)[number]];
    for (const { manifest } of published()) {
      expect(manifest).toMatchObject({
        version: packed.version,
        license: 'MIT',
        engines: { node: '>=20.19' },
        description: expect.stringMatching(/^[A-Z].*\.$/) as string,
      });
      const hooks = Object.keys(manifest.scripts ?? {}).filter((name) =>
        /install|prepare/.test(name),
      );
      expect([manifest.name, hooks]).toEqual([manifest.name, []]);
    }
  });

  it('depend on each other in exactly this version, and not on unpublished packages', () => {
    const names = published().map(({ manifest }) => manifest.name);
    for (const { manifest, packed } of published()) {
      for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
        if (!/^@?chatlane/.test(name)) continue;
        expect([manifest.name, name, names.includes(name), range]).toEqual([
          manifest.name,
          name,
          true,
          packed.version,
        ]);
      }
    }
  });

  it('contain the build, scripts and assets, but no source, test or map', () => {
    for (const { packed } of published()) {
      const paths = packed.files.map(({ path }) => path);
      // The site has copies of the files that its pages link to.
      const own = paths.filter((path) => !path.startsWith('dist/docs/media/'));
      const stray = own.filter((path) =>
        /^(src|test)\/|^(?!template\/).*\.(test|testkit)\.|\.map$/.test(path),
      );
      expect([packed.name, stray]).toEqual([packed.name, []]);
      expect(paths).toContain('package.json');
    }
    const filesOf = (name: string) =>
      all.find(({ packed }) => packed.name === name)!.packed.files.map(({ path }) => path);
    expect(filesOf('@chatlane/lanes')).toEqual(
      expect.arrayContaining(['lua/push.lua', 'dist/index.js', 'dist/index.d.ts']),
    );
    expect(filesOf('@chatlane/playground')).toEqual(
      expect.arrayContaining(['dist/main.js', 'dist/page/index.html', 'dist/page/page.js']),
    );
  });

  it('let the author choose the version of Telegraf', () => {
    for (const name of ['chatlane', '@chatlane/middleware']) {
      const { manifest } = all.find((each) => each.manifest.name === name)!;
      expect(manifest.peerDependencies).toEqual({ telegraf: '^4.11.0' });
      expect(manifest.dependencies).not.toHaveProperty('telegraf');
    }
  });

  it('have a manifest that refers only to packed files', async () => {
    for (const { manifest, folder, packed } of published()) {
      const files = packed.files.map(({ path }) => ({
        name: `package/${path}`,
        data: readFileSync(join(folder, path)),
      }));
      const { messages, pkg } = await publint({ pkgDir: 'package', pack: { files }, strict: true });
      const faults = messages
        // The condition exists only in this repository.
        .filter(({ path }) => !path.includes('@chatlane/source'))
        .map((message) => formatMessage(message, pkg ?? {}, { color: false }));
      expect([manifest.name, faults]).toEqual([manifest.name, []]);
    }
  });
});
