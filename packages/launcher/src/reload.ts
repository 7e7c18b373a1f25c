import { basename, dirname, relative, sep } from 'node:path';
import { watch } from 'chokidar';
import { startFailure } from './start-failure.js';

/** Milliseconds without a change after which a save is complete: editors write in several steps. */
const QUIET_MS = 50;

const code = /\.([cm]?[jt]sx?|json)$/;
const ignoredFolders = ['node_modules', '.chatlane', '.git'];

/** Calls `replace` whenever code in the folder of the bot's module has been saved, until `signal` is aborted. */
export async function reloadOnSave(options: {
  bot: string;
  replace: () => Promise<void>;
  say: (text: string) => void;
  signal: AbortSignal;
}): Promise<void> {
  const { bot, replace, say, signal } = options;
  const folder = dirname(bot);
  let quiet: NodeJS.Timeout | undefined;
  let changed: string | undefined;
  let busy = false;

  async function reload(): Promise<void> {
    if (busy) return;
    busy = true;
    while (changed !== undefined && !signal.aborted) {
      const name = basename(changed);
      changed = undefined;
      const startedAt = Date.now();
      try {
        await replace();
        const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
        say(`${name} was saved: the new code runs (${seconds} s).`);
      } catch (error) {
        if (!signal.aborted)
          say(`${name} was saved, but the old code still runs: ${startFailure(error)}`);
      }
    }
    busy = false;
  }

  const watcher = watch(folder, {
    ignoreInitial: true,
    ignored: (path, stats) =>
      relative(folder, path)
        .split(sep)
        .some((part) => ignoredFolders.includes(part)) ||
      (stats?.isFile() === true && !code.test(path)),
  });
  watcher.on('all', (_, path) => {
    if (!code.test(path)) return;
    changed = path;
    clearTimeout(quiet);
    quiet = setTimeout(() => void reload(), QUIET_MS);
  });
  watcher.on('error', (error) => say(`Saved code is not noticed: ${String(error)}`));
  signal.addEventListener('abort', () => {
    clearTimeout(quiet);
    void watcher.close();
  });
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
}
