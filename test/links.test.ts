import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sourceFiles } from './architecture/files.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The anchors that GitHub generates from a page's headings. */
function anchorsOf(markdown: string): Set<string> {
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Links to files or headings that do not exist. */
function brokenLinks(path: string, markdown: string): string[] {
  const prose = markdown.replace(/```[\s\S]*?```/g, '');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [file = '', anchor] = target.split('#');
    const linked = file === '' ? join(root, path) : join(root, dirname(path), file);
    if (!existsSync(linked)) return true;
    if (anchor === undefined) return false;
    return !anchorsOf(readFileSync(linked, 'utf8')).has(anchor);
  });
}

describe('the link check', () => {
  const pages = [
    ...sourceFiles(root, ['.md']),
    ...['README.md', '.github/CONTRIBUTING.md', '.github/SECURITY.md'].map((path) => ({
      path,
      text: readFileSync(join(root, path), 'utf8'),
    })),
  ];

  it('finds only links to existing files and headings in the documentation', () => {
    const broken = pages.flatMap(({ path, text }) =>
      brokenLinks(path, text).map((target) => `${path} -> ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('reports links to files and headings that do not exist', () => {
    const page = '[a](apps/nothing.ts) [b](README.md#no-such-heading) [c](README.md#try-it)';
    expect(brokenLinks('README.md', page)).toEqual([
      'apps/nothing.ts',
      'README.md#no-such-heading',
    ]);
  });
});
