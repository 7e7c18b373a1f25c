import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { authorsFrame, toPath } from './authors-frame.js';

/** How Node prints a syntax error: `<file>:<line>`, the line, and a line whose first caret is below the fault. */
const printed = /^(\S.*):(\d+)\n.*\n([ \t]*)\^/m;
const relativeImport =
  /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*['"](\.{1,2}\/[^'"]+)['"]/g;

/**
 * Finds where a module that cannot be imported is at fault, as `file:line:column`. Node names no place in the error of
 * an ES module that cannot be parsed, so such a module and the files it imports are parsed again.
 *
 * @returns undefined when the place is unknown
 */
export async function locateFault(error: unknown, module: string): Promise<string | undefined> {
  if (!(error instanceof Error)) return undefined;
  const stack = error.stack ?? '';
  const place = placeIn(stack);
  if (place !== undefined) return place;
  if (error.name === 'SyntaxError') return parseAgain(module);
  return authorsFrame(stack);
}

function placeIn(text: string): string | undefined {
  const [, file, line, indent] = printed.exec(text) ?? [];
  return file && `${toPath(file)}:${line}:${indent!.length + 1}`;
}

async function parseAgain(file: string, seen = new Set<string>()): Promise<string | undefined> {
  if (seen.has(file)) return undefined;
  seen.add(file);
  const place = await promisify(execFile)(process.execPath, ['--check', file]).then(
    () => undefined,
    ({ stderr }: { stderr: string }) => placeIn(stderr),
  );
  if (place !== undefined) return place;
  for (const [, specifier] of readFileSync(file, 'utf8').matchAll(relativeImport)) {
    const imported = resolve(dirname(file), specifier!);
    const found = existsSync(imported) ? await parseAgain(imported, seen) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
