import { readdir, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

/** The append-only file that a Redis is writing. */
export interface AppendOnlyFile {
  /**
   * Truncates the file shortly after one of the pops appended since it was opened; `share`, from 0 to 1, chooses which.
   * If there is none, removes everything appended. Redis must be down.
   */
  endBehindPop(share: number): Promise<void>;
}

/** The end of a pop, plus a few bytes, so that the next command of its transaction is cut in half. */
const LAST = '\r\n-1\r\n';
const CUT_AFTER_BYTES = LAST.length + 6;

/** `dir`: Redis's data folder. */
export async function openAppendOnlyFile(dir: string): Promise<AppendOnlyFile> {
  const file = await newest(dir);
  const { size } = await stat(file);
  return {
    async endBehindPop(share) {
      // A rewrite has started a new file, so the unconfirmed writes are in both.
      if ((await newest(dir)) !== file) return;
      const bytes = await readFile(file);
      const pops = placesOf(Buffer.from('\r\nLTRIM\r\n'), bytes, size);
      const pop = pops[Math.min(pops.length - 1, Math.floor(share * pops.length))];
      const end = pop === undefined ? size : bytes.indexOf(LAST, pop) + CUT_AFTER_BYTES;
      await truncate(file, Math.min(end, bytes.length));
    },
  };
}

function placesOf(words: Buffer, bytes: Buffer, from: number): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(words, from); at >= 0; at = bytes.indexOf(words, at + 1)) {
    places.push(at);
  }
  return places;
}

async function newest(dir: string): Promise<string> {
  const folder = join(dir, 'appendonlydir');
  const numbers = (await readdir(folder)).flatMap((name) => {
    const number = /\.(\d+)\.incr\.aof$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  return join(folder, `appendonly.aof.${Math.max(...numbers)}.incr.aof`);
}
