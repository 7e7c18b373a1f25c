import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiReport, publicPackages } from './architecture/api-report.js';
import { publicDeclarations, undocumented } from './architecture/public-api.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const packages = readdirSync(join(root, 'packages')).filter((name) =>
  existsSync(join(root, 'packages', name, 'src/index.ts')),
);

describe('the public API', () => {
  it.each(packages)('of %s has a docstring for everything that it exports', (name) => {
    const missing = undocumented(publicDeclarations(root, `packages/${name}/src/index.ts`));
    expect(missing).toEqual([]);
  });

  it('is watched for exports and members without a docstring', () => {
    const tree = plant(`/** Good. */
export const good = 1;
export const bad = 2;
/** A type. */
export interface Type {
  /** Good. */
  good: number;
  bad: number;
}
/** Overloaded. */
export function twice(a: string): void;
export function twice(a: number): void;`);
    try {
      expect(undocumented(publicDeclarations(tree, 'index.ts'))).toEqual([
        'all.ts: bad',
        'all.ts: Type.bad',
      ]);
    } finally {
      rmSync(tree, { recursive: true });
    }
  });

  // Needs a build.
  it.each(publicPackages)('of %s is the one in its api.md; `npm run api` rewrites it', (name) => {
    const recorded = readFileSync(join(root, 'packages', name, 'api.md'), 'utf8');
    expect(apiReport(root, name)).toBe(recorded);
  });
});

/** A folder with an index.ts that exports what `all.ts` declares. */
function plant(code: string): string {
  const tree = mkdtempSync(join(tmpdir(), 'chatlane-api-'));
  writeFileSync(join(tree, 'all.ts'), code);
  const names = [...code.matchAll(/export (?:const|function) (\w+)/g)].map(([, name]) => name);
  writeFileSync(
    join(tree, 'index.ts'),
    `export { ${[...new Set(names)].join(', ')}, type Type } from './all.js';`,
  );
  return tree;
}
