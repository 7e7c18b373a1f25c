import { readdir, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

/** The file that a Redis appends to now. */
export interface AppendOnlyFile {
  /**
   * Ends the file a little behind one of the pops that were appended since it was opened; `share`, from 0 to 1, says
   * which. Without any, all that was appended goes. Redis must be down.
   */
  endBehindPop(share: number): Promise<void>;
}

/** The last of a pop's words, and so many bytes of what follows: the next command of its transaction is a half then. */
const LAST = '\r\n-1\r\n';
const BEHIND = LAST.length + 6;

/** `dir`: Redis's data folder. */
export async function openAppendOnlyFile(dir: string): Promise<AppendOnlyFile> {
  const file = await newest(dir);
  const { size } = await stat(file);
  return {
    async endBehindPop(share) {
      // A rewrite has begun another one: what is not to be told lies in both.
      if ((await newest(dir)) !== file) return;
      const bytes = await readFile(file);
      const pops = placesOf(Buffer.from('\r\nLTRIM\r\n'), bytes, size);
      const pop = pops[Math.min(pops.length - 1, Math.floor(share * pops.length))];
      const end = pop === undefined ? size : bytes.indexOf(LAST, pop) + BEHIND;
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
