import { stat } from 'node:fs/promises';
import { defaultLimits, type CheckStored, type FetchFile } from '@chatlane/downloads';
import type { TelegramRoad } from '@chatlane/telegram';
import { Agent } from 'undici';
import type { DownloaderConfig } from './config.js';
import { createBandwidth } from './fetch/bandwidth.js';
import { createEarlyCollection } from './fetch/early-collection.js';
import { createFetchFile } from './fetch/fetch-file.js';
import { createGetFile } from './fetch/find-file.js';
import { createCheckStored } from './fetch/inspect.js';
import type { FetchObserver } from './fetch/observer.js';
import { createClamAv } from './fetch/scan/clamav.js';
import { createQuarantine } from './fetch/scan/quarantine.js';
import type { Scan } from './fetch/scan/scan.js';
import { createScanCommand } from './fetch/scan/scan-command.js';
import { createSpool } from './fetch/spool/spool.js';
import { SEARCH_PATH } from './search-path.js';
import { makeUsable } from './usable-folder.js';

const CONNECT_MS = 10_000;
/** What an attempt has left is taken up within minutes, if at all. */
const LEFTOVER_MS = 6 * 3_600_000;
const LOOK_EVERY_MS = 600_000;

/** The fetch engine as the settings want it. */
export interface Fetching {
  fetchFile: FetchFile;
  checkStored: CheckStored;
  /** @throws Error naming the setting when a folder is not there */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createFetching(options: {
  config: DownloaderConfig;
  road: TelegramRoad;
  spoolDir: string;
  observer: FetchObserver;
}): Fetching {
  const { config, road, spoolDir, observer } = options;
  const { token, apiRoot, filesDir, fetch, limits } = config;
  const rules = { maxBytes: fetch.maxBytes, types: fetch.types };
  const spool = createSpool(spoolDir);
  const dispatcher = new Agent({ connect: { timeout: CONNECT_MS } });
  const passed = createEarlyCollection();
  const scan = scanOf(config.scan);
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  /** Not waited for: files are not stored without a verdict, and everything else goes on. */
  async function checkScan(): Promise<void> {
    const { signal } = stopping;
    const remedy = await scan?.check?.(signal).catch((error: Error) => error.message);
    if (remedy !== undefined && !signal.aborted) observer.misconfigured(remedy);
  }

  return {
    fetchFile: createFetchFile({
      getFile: createGetFile(road),
      apiRoot,
      token,
      filesDir,
      dispatcher,
      spool,
      bandwidth: createBandwidth(fetch.bytesPerSecond),
      limits: { ...fetch, attempts: limits.attempts ?? defaultLimits.attempts },
      types: fetch.types,
      scan,
      quarantine: createQuarantine(config.scan.quarantineDir),
      observer: {
        ...observer,
        bytes(count) {
          observer.bytes(count);
          passed(count);
        },
      },
    }),
    checkStored: createCheckStored(rules),
    async start() {
      if (filesDir !== undefined && !(await isFolder(filesDir))) {
        throw new Error('TELEGRAM_FILES_DIR is no folder: it must be that of the Bot API server');
      }
      const { quarantineDir } = config.scan;
      if (quarantineDir !== undefined) await makeUsable('QUARANTINE_DIR', quarantineDir);
      await makeUsable('SPOOL_DIR', spoolDir);
      await spool.start();
      void checkScan();
      const clear = () => spool.removeLeftovers(LEFTOVER_MS).catch(() => 0);
      await clear();
      timer = setInterval(() => void clear(), LOOK_EVERY_MS);
    },
    async stop() {
      stopping.abort();
      clearInterval(timer);
      await dispatcher.destroy();
    },
  };
}

function scanOf({ command, clamAvAddress, timeoutMs }: DownloaderConfig['scan']): Scan | undefined {
  if (command) return createScanCommand({ command, timeoutMs, searchPath: SEARCH_PATH });
  return clamAvAddress === undefined
    ? undefined
    : createClamAv({ address: clamAvAddress, timeoutMs });
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
