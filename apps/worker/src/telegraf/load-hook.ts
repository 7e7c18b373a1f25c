import { readFileSync } from 'node:fs';
import Module from 'node:module';

/** A copy of Telegraf in this process; its classes appear as its files are loaded. */
export interface TelegrafCopy {
  readonly version: string;
  Composer?: Constructor;
  Context?: Constructor;
  Telegram?: Constructor;
}

export type Constructor = new (...args: never[]) => object;

/** Receives the exports of a file of Telegraf's `lib`, such as `core/network/client`. */
export type PatchFile = (file: string, exports: object, copy: TelegrafCopy) => void;

interface Loader {
  load: (this: { exports: object }, filename: string) => void;
}

/**
 * Calls `patch` for each file of every copy of Telegraf 4.11 or newer right after the file has run, so that importers
 * see the patched exports. It observes what is loaded, because a resolver cannot predict which copies a bot uses: it
 * may be a symlink, or be re-exported from another repository. All published copies are CommonJS, also for `import`.
 *
 * @returns the copies, and the versions of copies that are too old, as they are loaded
 */
export function watchTelegraf(patch: PatchFile): { copies: TelegrafCopy[]; tooOld: Set<string> } {
  const copies: TelegrafCopy[] = [];
  const tooOld = new Set<string>();
  const byRoot = new Map<string, TelegrafCopy | undefined>();

  function copyAt(root: string): TelegrafCopy | undefined {
    const version = versionOf(root);
    if (version === undefined) return undefined;
    if (!isSupported(version)) return void tooOld.add(version);
    const copy = { version };
    copies.push(copy);
    return copy;
  }

  const loader = (Module as unknown as { prototype: Loader }).prototype;
  const { load } = loader;
  loader.load = function loadAndPatch(filename) {
    load.call(this, filename);
    const [, root, file] = /^(.*)[\\/]lib[\\/](.+)\.js$/.exec(filename) ?? [];
    if (root === undefined) return;
    if (!byRoot.has(root)) byRoot.set(root, copyAt(root));
    const copy = byRoot.get(root);
    if (copy) patch(file!.replaceAll('\\', '/'), this.exports, copy);
  };
  return { copies, tooOld };
}

/** The version if the folder is a copy of Telegraf, whatever the folder is called. */
function versionOf(root: string): string | undefined {
  try {
    const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as Manifest;
    return manifest.name === 'telegraf' ? manifest.version : undefined;
  } catch {
    return undefined;
  }
}

interface Manifest {
  name?: string;
  version: string;
}

function isSupported(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major === 4 && minor! >= 11;
}
