import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startRedisServer } from '@chatlane/testing';
import { Redis } from 'ioredis';
import { sourceFiles, type SourceFile } from './architecture/files.js';
import { importFaults, workspacesWithoutRule } from './architecture/imports.js';
import {
  atMost300Lines,
  entriesNameTheirExports,
  environmentInMainOnly,
  hostsInLockFile,
  luaHasItsHeader,
  mainIsShort,
  testsKeepTheirTimeLimit,
  type HouseRule,
} from './architecture/house-rules.js';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('imports', () => {
  it('obey the table of allowed imports, enter packages through their index and form no cycle', async () => {
    expect(await importFaults(root)).toEqual([]);
  });

  it('are checked in every package and app', () => {
    const workspaces = ['apps', 'packages'].flatMap((folder) =>
      readdirSync(join(root, folder)).map((workspace) => `${folder}/${workspace}`),
    );
    expect(workspacesWithoutRule(workspaces)).toEqual([]);
    expect(workspacesWithoutRule(['packages/attic'])).toEqual(['packages/attic']);
  });

  it('are reported when they break a rule', async () => {
    const tree = plantTree({
      'packages/lanes/src/index.ts': `import './keys.js';\nimport '@chatlane/telegram';`,
      'packages/lanes/src/keys.ts': `import '@chatlane/testing';\nexport const key = 1;`,
      'packages/lanes/src/keys.test.ts': `import '@chatlane/testing';\nimport '@chatlane/bot';`,
      'packages/telegram/src/index.ts': `import './sender.js';`,
      'packages/telegram/src/sender.ts': `import type { Pace } from './pace.js';\nexport type Sender = Pace;`,
      'packages/telegram/src/pace.ts': `import type { Sender } from './sender.js';\nexport type Pace = Sender;`,
      'packages/bot/src/index.ts': `export const bot = 1;`,
      'packages/testing/src/index.ts': `export const tool = 1;`,
      'apps/ingress/src/main.ts': `import '../../../packages/lanes/src/keys.js';\nimport '@chatlane/lanes';`,
      'apps/worker/src/main.ts': `void import('@chatlane/lanes/src/keys.js');\nimport '@chatlane/bot';`,
      'test/whole.test.ts': `import '../apps/ingress/src/main.js';\nimport '@chatlane/testing';`,
    });
    try {
      expect((await importFaults(tree)).sort()).toEqual([
        'cannot be resolved: apps/worker/src/main.ts -> @chatlane/lanes/src/keys.js',
        'cycle: packages/telegram/src/pace.ts -> packages/telegram/src/sender.ts',
        'import not allowed, even in tests: packages/lanes/src/keys.test.ts -> packages/bot/src/index.ts',
        'import not allowed: packages/lanes/src/index.ts -> packages/telegram/src/index.ts',
        'import not allowed: packages/lanes/src/keys.ts -> packages/testing/src/index.ts',
        'not through the index: apps/ingress/src/main.ts -> packages/lanes/src/keys.ts',
        'not through the index: test/whole.test.ts -> apps/ingress/src/main.ts',
      ]);
    } finally {
      rmSync(tree, { recursive: true });
    }
  });
});

describe('house rules', () => {
  const files = sourceFiles(root, ['.ts', '.tsx', '.mjs', '.lua', '.css']);
  const lines = (count: number) => 'x\n'.repeat(count);

  it.each<[string, HouseRule, SourceFile, SourceFile]>([
    [
      'no file is over 300 lines',
      atMost300Lines,
      { path: 'apps/a/src/b.css', text: lines(301) },
      { path: 'apps/a/src/b.css', text: lines(300) },
    ],
    [
      "an app's main.ts is at most 25 lines",
      mainIsShort,
      { path: 'apps/a/src/main.ts', text: lines(26) },
      { path: 'apps/a/src/main.ts', text: lines(25) },
    ],
    [
      'the environment is read in main.ts only',
      environmentInMainOnly,
      { path: 'packages/a/src/b.ts', text: `const a = process.env['A'];` },
      { path: 'apps/a/src/main.ts', text: `const a = process.env['A'];` },
    ],
    [
      'the environment is not read in another spelling',
      environmentInMainOnly,
      { path: 'packages/a/src/b.ts', text: `import { env } from 'node:process';` },
      { path: 'packages/a/src/b.ts', text: `// process.env is read in main.ts\nexport {};` },
    ],
    [
      'a package has named exports only',
      entriesNameTheirExports,
      { path: 'packages/a/src/index.ts', text: `export * from './b.js';` },
      { path: 'packages/a/src/index.ts', text: `export { b } from './b.js';` },
    ],
    [
      'a Lua script has its header',
      luaHasItsHeader,
      { path: 'packages/a/lua/b.lua', text: `--[[\nDoes b.\n\nKEYS: 1 a\nReply: 1\n]]\nreturn 1` },
      {
        path: 'packages/a/lua/b.lua',
        text: `--[[\nDoes b.\n\nKEYS: 1 a\nARGV: none\nReply: 1\nInvariant: a\n]]\nreturn 1`,
      },
    ],
    [
      'a test may only lengthen its time limit',
      testsKeepTheirTimeLimit,
      { path: 'packages/a/src/b.test.ts', text: `it('is', async () => {\n}, 60_000);` },
      { path: 'packages/a/src/b.test.ts', text: `it('is', async () => {\n}, 900_000);` },
    ],
    [
      'a file may only lengthen the time limit of its tests',
      testsKeepTheirTimeLimit,
      { path: 'packages/a/src/b.testkit.ts', text: `jest.setTimeout(120_000);` },
      { path: 'packages/a/src/b.ts', text: `jest.setTimeout(120_000);` },
    ],
  ])('%s', (_name, rule, bad, good) => {
    expect(rule(files)).toEqual([]);
    expect(rule([bad])).not.toEqual([]);
    expect(rule([good])).toEqual([]);
  });

  it('the lock file names no host', () => {
    expect(hostsInLockFile(readFileSync(join(root, 'package-lock.json'), 'utf8'))).toEqual([]);
    expect(hostsInLockFile('"resolved": "https://registry.example/a.tgz"')).toHaveLength(1);
  });
});

describe('Lua scripts', () => {
  it('compile on a real Redis', async () => {
    const server = await startRedisServer();
    const redis = new Redis(server.url);
    try {
      const scripts = sourceFiles(root, ['.lua']);
      expect(scripts.length).toBeGreaterThan(0);
      for (const { path, text } of scripts) {
        const reply = await redis.script('LOAD', text).catch((error: Error) => error.message);
        expect(`${path}: ${String(reply)}`).toMatch(/: [0-9a-f]{40}$/);
      }
      await expect(redis.script('LOAD', 'if a != b then end')).rejects.toThrow();
    } finally {
      redis.disconnect();
      await server.stop();
    }
  });
});

/** A small workspace tree in a temporary folder, linked like npm does. */
function plantTree(sources: Record<string, string>): string {
  const tree = mkdtempSync(join(tmpdir(), 'chatlane-imports-'));
  for (const [path, text] of Object.entries(sources)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  mkdirSync(join(tree, 'node_modules/@chatlane'), { recursive: true });
  for (const workspace of readdirSync(join(tree, 'packages'))) {
    const manifest = {
      name: `@chatlane/${workspace}`,
      exports: { '.': { '@chatlane/source': './src/index.ts' } },
    };
    writeFileSync(join(tree, 'packages', workspace, 'package.json'), JSON.stringify(manifest));
    symlinkSync(join(tree, 'packages', workspace), join(tree, 'node_modules/@chatlane', workspace));
  }
  return tree;
}
