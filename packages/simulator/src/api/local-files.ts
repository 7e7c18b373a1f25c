import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { StoredFile } from '../world/files.js';

/**
 * Writes a file where a Bot API server in local mode would have it. Returns the absolute path that getFile reports
 * (tdlib/telegram-bot-api, README: "retrieve the absolute local path").
 */
export async function writeLocally(
  folder: string,
  path: string,
  { content }: StoredFile,
): Promise<string> {
  const target = resolve(folder, path);
  const { size } = await stat(target).catch(() => ({ size: -1 }));
  if (size === content.size) return target;
  await mkdir(dirname(target), { recursive: true });
  const unfinished = `${target}.${randomUUID()}`;
  await pipeline(Readable.from(content.pieces()), createWriteStream(unfinished));
  await rename(unfinished, target);
  return target;
}
