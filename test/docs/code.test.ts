import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sourceFiles } from '../architecture/files.js';
import { blocksOfPage, blocksOfSource } from './code-blocks.js';
import { compileErrors } from './compile.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const pages = [
  { path: 'README.md', text: readFileSync(join(root, 'README.md'), 'utf8') },
  ...sourceFiles(root, ['.md']).filter(({ path }) => !path.endsWith('/api.md')),
];
const sources = sourceFiles(root, ['.ts']).filter(({ path }) => !path.startsWith('test/'));

describe('the code in the documentation', () => {
  it('compiles, on every page and in every @example', () => {
    const onPages = pages.flatMap(({ path, text }) => blocksOfPage(path, text));
    const examples = sources.flatMap(({ path, text }) => blocksOfSource(path, text));
    expect(onPages.length).toBeGreaterThan(30);
    expect(examples.length).toBeGreaterThan(30);
    expect(compileErrors(root, [...onPages, ...examples])).toEqual([]);
  });

  it('is reported with its file and line when it does not compile', () => {
    const page = [
      '# A page',
      '```ts',
      "import { session } from '@chatlane/middleware';",
      '',
      'session({ property: 7 });',
      'absent();',
      '```',
      '```js',
      "import { nothing } from '@chatlane/middleware';",
      '```',
    ].join('\n');
    const source = ['/**', ' * @example', ' * session({ property: 7 });', ' */', ''].join('\n');
    expect(
      compileErrors(root, [
        ...blocksOfPage('packages/middleware/page.md', page),
        ...blocksOfSource('packages/middleware/src/broken.ts', source),
      ]),
    ).toEqual([
      "packages/middleware/page.md:5: Type 'number' is not assignable to type '\"session\"'.",
      "packages/middleware/page.md:6: Cannot find name 'absent'.",
      expect.stringMatching(/^packages\/middleware\/page\.md:9: .* no exported member 'nothing'/),
      expect.stringMatching(/^packages\/middleware\/src\/broken\.ts:3: Type 'number'/),
    ]);
  });
});
