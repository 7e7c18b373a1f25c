import type { DailyQuota, DownloadLimits } from '@chatlane/downloads';
import { readRedisUrl } from '@chatlane/redis';
import {
  commonSettings,
  readCommon,
  readConfig,
  readStorage,
  setting,
  storageSecrets,
  storageSettings,
  withStorageRules,
  type CommonConfig,
  type StoragePlace,
} from '@chatlane/runtime';
import { z } from 'zod';
import { readClamAvAddress } from './fetch/scan/clamd.js';
import { ttls } from './ttls.js';

const mimeType = z
  .string()
  .toLowerCase()
  .regex(
    /^[\w.+*-]+\/[\w.+*-]+$/,
    'must be comma-separated MIME types, such as image/*,application/pdf',
  );

const fields = z.object({
  ...commonSettings(readRedisUrl),
  ...storageSettings,
  OPS_PORT: setting.port(9466),
  STORAGE_KEYS: setting.oneOf(['content', 'id'], 'content'),
  SPOOL_DIR: setting.text().optional(),
  TELEGRAM_FILES_DIR: setting.text().optional(),
  DOWNLOAD_CONCURRENCY: setting.count(8, { max: 1_000 }),
  DOWNLOAD_BOT_CONCURRENCY: setting.count(0, { min: 0 }),
  DOWNLOAD_USER_CONCURRENCY: setting.count(2, { min: 0 }),
  DOWNLOAD_ATTEMPTS: setting.count(5, { max: 100 }),
  DOWNLOAD_LEASE_MS: setting.milliseconds(30_000, { min: 1_000 }),
  DOWNLOAD_MAX_BYTES: setting.count(2_097_152_000),
  DOWNLOAD_TIMEOUT_MS: setting.milliseconds(600_000, { min: 100 }),
  DOWNLOAD_IDLE_MS: setting.milliseconds(30_000, { min: 100 }),
  DOWNLOAD_BYTES_PER_SECOND: setting.count(0, { min: 0 }),
  DOWNLOAD_TYPES: setting.list(['*/*']).pipe(z.array(mimeType)),
  USER_FILES_PER_DAY: setting.count(0, { min: 0 }),
  USER_BYTES_PER_DAY: setting.count(0, { min: 0 }),
  BOT_FILES_PER_DAY: setting.count(0, { min: 0 }),
  BOT_BYTES_PER_DAY: setting.count(0, { min: 0 }),
  ALBUM_WAIT_MS: setting.milliseconds(2_000),
  FILE_TTL_SECONDS: setting.list([]).pipe(ttls),
  SCAN_COMMAND: setting.text().optional(),
  CLAMAV_ADDRESS: setting
    .text()
    .refine(readClamAvAddress, 'must be unix:/path of its socket, or host:port')
    .optional(),
  SCAN_TIMEOUT_MS: setting.milliseconds(60_000),
  QUARANTINE_DIR: setting.text().optional(),
  PROCESSORS_MODULE: setting.text().optional(),
  PROCESSOR_CONCURRENCY: setting.count(2, { max: 100 }),
  PROCESSOR_TIMEOUT_MS: setting.milliseconds(60_000, { min: 1_000 }),
  PROCESSOR_MEMORY_MB: setting.count(512, { min: 128 }),
});

const schema = withStorageRules(fields).refine(
  (read) => read.SCAN_COMMAND === undefined || read.CLAMAV_ADDRESS === undefined,
  {
    path: ['SCAN_COMMAND'],
    message: 'and CLAMAV_ADDRESS exclude each other: unset one of them',
    when: () => true,
  },
);

/** The settings of a downloader. */
export interface DownloaderConfig extends CommonConfig {
  /** The file folder of a local Bot API server; undefined when there is none. */
  filesDir: string | undefined;
  storage: StoragePlace;
  storageKeys: 'content' | 'id';
  /** The folder for unfinished files. Undefined: the storage's own, or the system's temporary folder. */
  spoolDir: string | undefined;
  fetch: {
    maxBytes: number;
    totalMs: number;
    idleMs: number;
    /** Of the whole process; 0 for no limit. */
    bytesPerSecond: number;
    types: readonly string[];
  };
  limits: Partial<DownloadLimits>;
  scan: {
    /** A program and its arguments. */
    command: readonly string[] | undefined;
    clamAvAddress: string | undefined;
    timeoutMs: number;
    /** Undefined: infected files are deleted. */
    quarantineDir: string | undefined;
  };
  processors: {
    /** Path of a module with the bot's own processors. */
    module: string | undefined;
    /** Concurrent processors in this process. */
    concurrency: number;
    timeoutMs: number;
    /** The maximum memory of each process. */
    maxBytes: number;
  };
}

/** @throws ConfigError that names every invalid setting */
export function readDownloaderConfig(
  env: Readonly<Record<string, string | undefined>>,
): DownloaderConfig {
  const read = readConfig(schema, env);
  return {
    ...readCommon(read, storageSecrets(read)),
    filesDir: read.TELEGRAM_FILES_DIR,
    storage: readStorage(read),
    storageKeys: read.STORAGE_KEYS,
    spoolDir: read.SPOOL_DIR,
    fetch: {
      maxBytes: read.DOWNLOAD_MAX_BYTES,
      totalMs: read.DOWNLOAD_TIMEOUT_MS,
      idleMs: read.DOWNLOAD_IDLE_MS,
      bytesPerSecond: read.DOWNLOAD_BYTES_PER_SECOND,
      types: read.DOWNLOAD_TYPES,
    },
    limits: {
      concurrency: read.DOWNLOAD_CONCURRENCY,
      botConcurrency: read.DOWNLOAD_BOT_CONCURRENCY,
      userConcurrency: read.DOWNLOAD_USER_CONCURRENCY,
      attempts: read.DOWNLOAD_ATTEMPTS,
      leaseMs: read.DOWNLOAD_LEASE_MS,
      userQuota: quota(read.USER_FILES_PER_DAY, read.USER_BYTES_PER_DAY),
      botQuota: quota(read.BOT_FILES_PER_DAY, read.BOT_BYTES_PER_DAY),
      albumWaitMs: read.ALBUM_WAIT_MS,
      keepMs: read.FILE_TTL_SECONDS,
    },
    scan: {
      command: read.SCAN_COMMAND?.split(/\s+/),
      clamAvAddress: read.CLAMAV_ADDRESS,
      timeoutMs: read.SCAN_TIMEOUT_MS,
      quarantineDir: read.QUARANTINE_DIR,
    },
    processors: {
      module: read.PROCESSORS_MODULE,
      concurrency: read.PROCESSOR_CONCURRENCY,
      timeoutMs: read.PROCESSOR_TIMEOUT_MS,
      maxBytes: read.PROCESSOR_MEMORY_MB * 2 ** 20,
    },
  };
}

/** 0 means no limit. */
function quota(files: number, bytes: number): DailyQuota {
  return { ...(files > 0 && { files }), ...(bytes > 0 && { bytes }) };
}
