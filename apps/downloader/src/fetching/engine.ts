import { stat } from 'node:fs/promises';
import type { DownloadRequest } from '@chatlane/contracts';
import type { DownloadTry, FetchedFile } from '@chatlane/downloads';
import { createBandwidth } from '../fetch/bandwidth.js';
import { createFetchFile, type FetchLimits, type FetchOptions } from '../fetch/fetch-file.js';
import type { FetchObserver } from '../fetch/observer.js';
import { createClamAv } from '../fetch/scan/clamav.js';
import { createQuarantine } from '../fetch/scan/quarantine.js';
import type { Scan } from '../fetch/scan/scan.js';
import { createScanCommand } from '../fetch/scan/scan-command.js';
import { createConnections, type Proxy } from '../fetch/source/connections.js';
import { createSpool } from '../fetch/spool/spool.js';
import { SEARCH_PATH } from '../search-path.js';
import { makeUsable } from '../usable-folder.js';

/** A part is resumed within minutes, if at all. */
const LEFTOVER_MS = 6 * 3_600_000;
const CLEAR_EVERY_MS = 600_000;

/** The settings of the engine: plain data, so that they can be sent to a thread. */
export interface EngineSettings {
  apiRoot: string;
  token: string;
  proxy?: Proxy | undefined;
  filesDir: string | undefined;
  spoolDir: string;
  /** Of the whole process; 0 for no limit. */
  bytesPerSecond: number;
  limits: FetchLimits;
  types: readonly string[];
  scan: {
    command: readonly string[] | undefined;
    clamAvAddress: string | undefined;
    timeoutMs: number;
    quarantineDir: string | undefined;
  };
}

/** What a fetch calls outside of the engine. */
type Calls = Pick<FetchOptions, 'findFile' | 'inspect'>;

/** The fetch engine, set up according to the settings. */
export interface Engine {
  fetchFile(request: DownloadRequest, job: DownloadTry, calls: Calls): Promise<FetchedFile>;
  /** @throws Error that names the setting when a folder does not exist */
  start(): Promise<void>;
}

export function createEngine(settings: EngineSettings, observer: FetchObserver): Engine {
  const { filesDir } = settings;
  const spool = createSpool(settings.spoolDir);
  const scan = scanOf(settings.scan);
  const options = {
    ...settings,
    dispatcher: createConnections({ proxy: settings.proxy }),
    spool,
    bandwidth: createBandwidth(settings.bytesPerSecond),
    scan,
    quarantine: createQuarantine(settings.scan.quarantineDir),
    observer,
  };

  /** Not awaited: without a verdict no file is stored anyway, and everything else can start. */
  async function checkScan(): Promise<void> {
    const { signal } = new AbortController();
    const remedy = await scan?.check?.(signal).catch((error: Error) => error.message);
    if (remedy !== undefined) observer.misconfigured(remedy);
  }

  return {
    fetchFile: (request, job, calls) => createFetchFile({ ...options, ...calls })(request, job),
    async start() {
      if (filesDir !== undefined && !(await isFolder(filesDir))) {
        throw new Error(
          'TELEGRAM_FILES_DIR is not a folder: it must be that of the Bot API server',
        );
      }
      const { quarantineDir } = settings.scan;
      if (quarantineDir !== undefined) await makeUsable('QUARANTINE_DIR', quarantineDir);
      await makeUsable('SPOOL_DIR', settings.spoolDir);
      await spool.start();
      void checkScan();
      const clear = () => spool.removeLeftovers(LEFTOVER_MS).catch(() => 0);
      await clear();
      setInterval(() => void clear(), CLEAR_EVERY_MS).unref();
    },
  };
}

function scanOf({ command, clamAvAddress, timeoutMs }: EngineSettings['scan']): Scan | undefined {
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
