import { createHash } from 'node:crypto';
import { lstat, open, realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { InspectionStopped, type MediaKind } from '@chatlane/contracts';
import type { FetchedFile } from '@chatlane/downloads';
import { safeName } from '../fetch/content/safe-name.js';
import type { Inspector } from '../inspecting/inspector.js';

const CHUNK = 256 * 1024;

/**
 * Checks a processor's file in the same way as a file from outside, because the processor has read one of those.
 *
 * @returns the failure when it is not acceptable
 */
export async function readDerivedFile(
  { path, name }: { path: string; name: string },
  outDir: string,
  maxBytes: number,
  inspector: Pick<Inspector, 'inspect'>,
): Promise<(FetchedFile & { kind: MediaKind }) | 'bad-answer' | 'too-big'> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined || !real.startsWith((await realpath(outDir)) + sep)) return 'bad-answer';
  const found = await lstat(real);
  if (!found.isFile() || found.nlink > 1) return 'bad-answer';
  if (found.size > maxBytes) return 'too-big';
  const { size, sha256 } = await digest(real);
  const seen = await inspector.inspect(real, undefined).catch((error: unknown) => {
    if (error instanceof InspectionStopped) return undefined;
    throw error;
  });
  if (!seen) return 'bad-answer';
  const { type } = seen;
  return { path: real, name: safeName(name, 'file'), type, size, sha256, kind: kindOf(type) };
}

function kindOf(type: string): MediaKind {
  const [family] = type.split('/');
  return family === 'image'
    ? 'photo'
    : family === 'video' || family === 'audio'
      ? family
      : 'document';
}

async function digest(path: string): Promise<{ size: number; sha256: string }> {
  const handle = await open(path);
  try {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of handle.createReadStream({ highWaterMark: CHUNK, autoClose: false })) {
      hash.update(chunk as Buffer);
      size += (chunk as Buffer).length;
    }
    return { size, sha256: hash.digest('hex') };
  } finally {
    await handle.close();
  }
}
