import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** One source file; `path` is relative to the repository's top, with forward slashes. */
export interface SourceFile {
  path: string;
  text: string;
}

const skipped = ['node_modules', 'dist', 'coverage', '.turbo', '.chatlane'];

/** Every file in `apps`, `packages` and `test` whose name ends with one of `endings`, except dependencies and build output. */
export function sourceFiles(root: string, endings: readonly string[]): SourceFile[] {
  return ['apps', 'packages', 'test']
    .flatMap((folder) => walk(join(root, folder)))
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }));
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !skipped.includes(name))
    .flatMap((item) => {
      const path = join(folder, item.name);
      return item.isDirectory() ? walk(path) : path;
    });
}
