import type { SourceFile } from './files.js';

/** A rule about single files. Returns the path of each file that breaks it, with the reason. */
export type HouseRule = (files: readonly SourceFile[]) => string[];

export const atMost300Lines: HouseRule = (files) => longerThan(files, 300);

export const mainIsShort: HouseRule = (files) =>
  longerThan(
    files.filter(({ path }) => /^apps\/[^/]+\/src\/main\.ts$/.test(path)),
    25,
  );

/** The launcher and tests do not run in the product's processes. Code that must not run in production checks NODE_ENV. */
export const environmentInMainOnly: HouseRule = (files) =>
  files
    .filter(({ path }) => /^(apps|packages)\/.*\.tsx?$/.test(path))
    .filter(
      ({ path }) =>
        !/^packages\/(launcher|processes|testing)\/|\/(main|memory-store)\.ts$|\.(test|testkit)\.tsx?$/.test(
          path,
        ),
    )
    .filter(({ text }) => readsEnvironment(withoutComments(text)))
    .map(({ path }) => `${path}: reads the environment`);

/** Only `chatlane`, the package that authors install, re-exports whole packages. */
export const entriesNameTheirExports: HouseRule = (files) =>
  files
    .filter(({ path }) => /^packages\/[^/]+\/src\/index\.ts$/.test(path))
    .filter(({ text }) => /^export (\*(?! from '@chatlane\/)|default)/m.test(text))
    .map(({ path }) => `${path}: has an unnamed export (export * or export default)`);

/** The header of a script is its contract: purpose, KEYS, ARGV, reply and invariant. */
export const luaHasItsHeader: HouseRule = (files) =>
  files
    .filter(({ path }) => path.endsWith('.lua'))
    .flatMap(({ path, text }) => {
      const header = /^--\[\[\n([\s\S]*?)\]\]/.exec(text)?.[1] ?? '';
      const purpose = /^ *(\S.*)/.exec(header)?.[1] ?? '';
      const missing = ['KEYS', 'ARGV', 'Reply', 'Invariant'].filter(
        (part) => !new RegExp(`^ *${part}: *\\S`, 'm').test(header),
      );
      if (purpose === '' || /^(KEYS|ARGV|Reply|Invariant):/.test(purpose)) missing.push('purpose');
      return missing.map((part) => `${path}: its header lacks ${part}`);
    });

/** The default time limit in milliseconds, as in packages/tooling/bin/jest.mjs. */
const TEST_LIMIT = 300_000;

/** The default time limit allows for slow machines; a test may only set a longer one. `until` says what hangs. */
export const testsKeepTheirTimeLimit: HouseRule = (files) =>
  files
    .filter(({ path }) => /\.(test|testkit)\.ts$/.test(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/^ *(?:\}, |jest\.setTimeout\()([\d_]+)\);$/gm)]
        .filter(([, limit]) => Number(limit!.replaceAll('_', '')) <= TEST_LIMIT)
        .map(
          ([code]) =>
            `${path}: ${code.trim()} sets a shorter time limit than the default: remove it`,
        ),
    );

/** A lock file that names a host would tie everyone to that registry. */
export function hostsInLockFile(text: string): string[] {
  return text.match(/"resolved": *"[a-z+]*:\/\/[^"]*"/g) ?? [];
}

function longerThan(files: readonly SourceFile[], ceiling: number): string[] {
  return files
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > ceiling)
    .map(({ path, lines }) => `${path}: ${lines} lines, at most ${ceiling}`);
}

function readsEnvironment(code: string): boolean {
  return /\bprocess\s*(\?\.|\.|\[\s*['"`])\s*env\b|from ['"](node:)?process['"]|\benv\b[^=;]*\}\s*=\s*process\b/.test(
    code,
  );
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
