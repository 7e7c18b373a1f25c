import { ConfigError } from '@chatlane/runtime';
import { readDownloaderConfig } from './config.js';

const BOT_TOKEN = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';

function faultsOf(env: Record<string, string>): string[] {
  try {
    readDownloaderConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('the settings of a downloader', () => {
  it('require a token only', () => {
    expect(readDownloaderConfig({ BOT_TOKEN })).toMatchObject({
      ops: { port: 9466 },
      storage: { kind: 'fs', dir: 'data' },
      storageKeys: 'content',
      fetch: { maxBytes: 2_000 * 2 ** 20, bytesPerSecond: 0, types: ['*/*'] },
      limits: { concurrency: 8, userQuota: {}, botQuota: {}, keepMs: {} },
      scan: { command: undefined, clamAvAddress: undefined },
    });
  });

  it('report all problems at once, without secrets', () => {
    const faults = faultsOf({
      STORAGE: 's3',
      AWS_SECRET_ACCESS_KEY: 'hidden',
      DOWNLOAD_CONCURRENCY: '0',
      DOWNLOAD_TYPES: 'image,pdf',
      FILE_TTL_SECONDS: 'picture=1',
      SCAN_COMMAND: 'clamdscan',
      CLAMAV_ADDRESS: 'clamav',
    });
    const settings = faults.map((fault) => fault.split(':')[0]);
    expect(settings.sort()).toEqual([
      'AWS_SECRET_ACCESS_KEY',
      'BOT_TOKEN',
      'CLAMAV_ADDRESS',
      'DOWNLOAD_CONCURRENCY',
      'DOWNLOAD_TYPES',
      'FILE_TTL_SECONDS',
      'S3_BUCKET',
      'SCAN_COMMAND',
    ]);
    expect(faults.join()).not.toContain('hidden');
  });

  it("mark the token and the bucket's key as secrets", () => {
    const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' };
    const { secrets } = readDownloaderConfig({ BOT_TOKEN, ...keys });
    expect(secrets).toEqual([BOT_TOKEN, 'key']);
  });

  it('split a command into a program and its arguments', () => {
    const { scan } = readDownloaderConfig({ BOT_TOKEN, SCAN_COMMAND: '/bin/scan  --quiet' });
    expect(scan.command).toEqual(['/bin/scan', '--quiet']);
  });

  it('accept daily limits on files and bytes, with 0 for no limit', () => {
    const { limits } = readDownloaderConfig({
      BOT_TOKEN,
      USER_FILES_PER_DAY: '5',
      BOT_BYTES_PER_DAY: '9',
    });
    expect([limits.userQuota, limits.botQuota]).toEqual([{ files: 5 }, { bytes: 9 }]);
  });

  it('set how long files are kept, per kind or for all', () => {
    const { limits } = readDownloaderConfig({
      BOT_TOKEN,
      FILE_TTL_SECONDS: 'photo=3, 60, voice=0',
    });
    expect(limits.keepMs).toMatchObject({ photo: 3_000, document: 60_000, video_note: 60_000 });
    expect(limits.keepMs).not.toHaveProperty('voice');
  });
});
