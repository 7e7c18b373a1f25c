import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join } from 'node:path';

/** A copy of Telegraf in this process; its classes appear as its files are loaded. */
export interface TelegrafCopy {
  readonly version: string;
  Composer?: Constructor;
  Context?: Constructor;
  Telegram?: Constructor;
}

export type Constructor = new (...args: never[]) => object;

/** Receives what is loaded. */
export interface LoadObserver {
  /**
   * A file of Telegraf's `lib`, such as `core/network/client`, has run. `isInUse`: other files may have imported its
   * exports before.
   */
  onFile: (file: string, exports: object, copy: TelegrafCopy, isInUse: boolean) => void;
  /** A package with a folder `lib` has been loaded. */
  onPackage: (name: string) => void;
}

/** The files to patch. Each comes after the files that it imports. */
const patchedFiles = [
  'core/network/error',
  'core/network/client',
  'core/helpers/formatting',
  'telegram',
  'context',
  'composer',
  'session',
  'telegraf',
];

interface Loader {
  load: (this: { exports: object }, filename: string) => void;
}

/** The copies of Telegraf in this process, as they are loaded. */
export interface WatchedTelegraf {
  readonly copies: readonly TelegrafCopy[];
  /** The versions of copies that are too old. */
  readonly tooOld: ReadonlySet<string>;
  /** Loads the copy that `require` finds, and patches what was loaded without the hook. */
  readonly load: (require: NodeJS.Require) => void;
}

/**
 * Calls `onFile` for each file of every copy of Telegraf 4.11 or newer right after the file has run, so that importers
 * see patched exports. It observes what is loaded, because a resolver cannot predict which copies a bot uses: one
 * may be a symlink, or be re-exported from another repository. All published copies are CommonJS, also for `import`.
 */
export function watchTelegraf({ onFile, onPackage }: LoadObserver): WatchedTelegraf {
  const copies: TelegrafCopy[] = [];
  const tooOld = new Set<string>();
  const byRoot = new Map<string, TelegrafCopy | undefined>();
  const patched = new WeakSet<object>();

  function copyAt(root: string): TelegrafCopy | undefined {
    if (!byRoot.has(root)) byRoot.set(root, readCopy(root));
    return byRoot.get(root);
  }

  function readCopy(root: string): TelegrafCopy | undefined {
    const { name, version } = manifestOf(root);
    if (name !== undefined) onPackage(name);
    if (name !== 'telegraf' || version === undefined) return undefined;
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
    const copy = copyAt(root);
    if (!copy) return;
    patched.add(this.exports);
    onFile(file!.replaceAll('\\', '/'), this.exports, copy, false);
  };

  return {
    copies,
    tooOld,
    load(require) {
      const lib = dirname(require.resolve('telegraf'));
      for (const file of patchedFiles) {
        const exports = require(join(lib, `${file}.js`)) as object;
        const copy = copyAt(dirname(lib));
        if (!copy || patched.has(exports)) continue;
        patched.add(exports);
        onFile(file, exports, copy, true);
      }
    },
  };
}

/** The folder of a package may have any name. */
function manifestOf(root: string): Manifest {
  try {
    return JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as Manifest;
  } catch {
    return {};
  }
}

interface Manifest {
  name?: string;
  version?: string;
}

function isSupported(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major === 4 && minor! >= 11;
}
