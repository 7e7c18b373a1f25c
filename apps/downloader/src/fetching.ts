import { defaultLimits, type CheckStored } from '@chatlane/downloads';
import type { TelegramClient } from '@chatlane/telegram';
import type { DownloaderConfig } from './config.js';
import { createFindFile } from './fetch/find-file.js';
import type { FetchObserver } from './fetch/observer.js';
import { createCheckStored } from './fetch/rules.js';
import type { Inspector } from './inspecting/inspector.js';
import { createFetchThread, type FetchThread } from './fetching/fetch-thread.js';

/** Fetching, set up according to the settings. */
export type Fetching = FetchThread & { checkStored: CheckStored };

export function createFetching(options: {
  config: DownloaderConfig;
  client: TelegramClient;
  spoolDir: string;
  inspector: Inspector;
  observer: FetchObserver;
}): Fetching {
  const { config, client, spoolDir, inspector, observer } = options;
  const { token, apiRoot, proxy, filesDir, fetch, limits, scan } = config;
  const { bytesPerSecond, types, ...rest } = fetch;
  const thread = createFetchThread({
    settings: {
      apiRoot,
      proxy,
      token,
      filesDir,
      spoolDir,
      bytesPerSecond,
      limits: { ...rest, attempts: limits.attempts ?? defaultLimits.attempts },
      types,
      scan,
    },
    findFile: createFindFile(client),
    inspector,
    observer,
  });
  return { ...thread, checkStored: createCheckStored({ maxBytes: fetch.maxBytes, types }) };
}
