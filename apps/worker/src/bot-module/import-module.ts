import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { locateFault } from './fault-location.js';

/**
 * Resolves BOT_MODULE relative to the current directory.
 *
 * @throws Error when the file does not exist
 */
export function resolveModule(path: string): string {
  const file = resolve(path);
  if (existsSync(file)) return file;
  const from = file === path ? '' : `, which ${path} resolves to`;
  throw new Error(`BOT_MODULE: there is no file ${file}${from}.`);
}

/**
 * Imports a module, which may be in TypeScript.
 *
 * @throws Error that says why the module cannot be loaded, and where the fault is
 */
export async function importModule(file: string): Promise<unknown> {
  try {
    if (isTypeScript(file)) await supportTypeScript(file);
    return await import(pathToFileURL(file).href);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reason = message.replaceAll(/\s*\n\s*/g, ' ').replace(/\.$/, '');
    const place = await locateFault(error, file);
    const at = place === undefined || reason.includes(place) ? '' : ` (${place})`;
    const failure = new Error(`BOT_MODULE: ${file} cannot be loaded: ${reason}${at}`);
    // Not a `cause`, because the log would append its message a second time.
    if (error instanceof Error && error.stack) failure.stack = `${failure.message}\n${error.stack}`;
    throw failure;
  }
}

interface TsxApi {
  register: () => unknown;
}

/** Whether the module needs `supportTypeScript`. */
export function isTypeScript(file: string): boolean {
  return /\.[cm]?ts$/.test(file);
}

let support: Promise<void> | undefined;

/** Makes modules in TypeScript importable. Only the first call has an effect. */
export function supportTypeScript(file: string): Promise<void> {
  return (support ??= registerTypeScript(file));
}

/** The bot's own tsx comes first, because it supports more than Node, which only removes types. */
async function registerTypeScript(file: string): Promise<void> {
  const isNative = Boolean((process.features as { typescript?: unknown }).typescript);
  const paths = tsxFrom(file) ?? (isNative ? [] : (tsxFrom(import.meta.url) ?? []));
  for (const path of paths) ((await import(pathToFileURL(path).href)) as TsxApi).register();
}

function tsxFrom(file: string): string[] | undefined {
  try {
    const { resolve } = createRequire(file);
    // `resolve` finds the CommonJS builds, but only the others can be imported.
    return ['tsx/esm/api', 'tsx/cjs/api'].map((name) => resolve(name).replace(/cjs$/, 'mjs'));
  } catch {
    return undefined;
  }
}
