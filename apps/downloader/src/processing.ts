import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createFileIndex, createDerivedFiles, type DownloaderOptions } from '@chatlane/downloads';
import type { FileStorage } from '@chatlane/storage';
import type { DownloaderConfig } from './config.js';
import type { Inspector } from './inspecting/inspector.js';
import type { ProcessingObserver } from './processors/observer.js';
import { createProcessors, type Processors } from './processors/processors.js';
import { createSandbox } from './processors/sandbox.js';
import { createWorkFolders } from './processors/work-folders.js';
import { SEARCH_PATH } from './search-path.js';

const ATTEMPTS = 2;
const BACK_OFF_MS = 2_000;
const LEASE_MS = 30_000;

/** The processors, set up according to the settings. */
export function createProcessing(
  options: {
    config: DownloaderConfig;
    storage: FileStorage;
    /** The folder for work in progress, preferably on the storage's disk. */
    workDir: string;
    inspector: Inspector;
    observer: ProcessingObserver;
  } & Pick<DownloaderOptions, 'redis' | 'name' | 'keyOf' | 'notify'>,
): Processors {
  const { config, storage, workDir, inspector, observer, redis, name, keyOf, notify } = options;
  const { module, concurrency, timeoutMs, maxBytes } = config.processors;
  const modulePath = module === undefined ? undefined : resolve(module);
  const processors = createProcessors({
    redis,
    name,
    storage,
    index: createFileIndex({ redis, name }),
    derivedFiles: createDerivedFiles({ redis, name, storage, keyOf }),
    folders: createWorkFolders(workDir),
    sandbox: createSandbox({ module: modulePath, timeoutMs, maxBytes, searchPath: SEARCH_PATH }),
    inspector,
    notify,
    attempts: ATTEMPTS,
    backOffMs: BACK_OFF_MS,
    maxBytes: config.fetch.maxBytes,
    observer,
    concurrency,
    leaseMs: config.limits.leaseMs ?? LEASE_MS,
  });
  return {
    ...processors,
    async start() {
      if (modulePath !== undefined && !(await isFile(modulePath))) {
        throw new Error('PROCESSORS_MODULE is not a file: it must be the path of a module');
      }
      await processors.start();
    },
  };
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
