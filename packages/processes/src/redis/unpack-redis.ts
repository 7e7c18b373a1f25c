import { execFile } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unpackDebian } from '../debian/unpack.js';
import { locateUnpacked, type Program } from '../debian/unpacked.js';
import { redisNames, unpackedFolder } from './locate.js';

/**
 * Unpacks Debian's Redis, or otherwise Valkey, into `folder`.
 *
 * @throws Error if the packages cannot be fetched, or their server does not run on this machine
 */
export async function unpackRedis(
  folder: string = unpackedFolder,
  path: string = process.env['PATH'] ?? '',
): Promise<Program> {
  // The server package contains only a link to the binary, which is in the tools package.
  const choices = ['redis', 'valkey'].map((flavour) => ({
    names: [`${flavour}-tools`],
    finish: (tree: string) =>
      symlink(`${flavour}-check-rdb`, join(tree, 'usr/bin', `${flavour}-server`)),
  }));
  await unpackDebian(folder, choices, path);
  const program = locateUnpacked(redisNames, folder);
  if (!program) throw new Error('the packages do not contain a server');
  const env = { ...process.env, PATH: path, ...program.env };
  await promisify(execFile)(program.command, ['--version'], { env });
  return program;
}
