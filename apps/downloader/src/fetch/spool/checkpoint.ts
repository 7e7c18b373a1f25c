import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Standing } from '../source/source.js';

/** Up to where a file is known to be right, written beside it. */
export interface Checkpoint extends Standing {
  /** Of the bytes received, hexadecimal. */
  sha256: string;
}

export function writeCheckpoint(path: string, checkpoint: Checkpoint): void {
  writeFileSync(`${path}.json.new`, JSON.stringify(checkpoint));
  renameSync(`${path}.json.new`, `${path}.json`);
}

/** undefined: none, or none that can be read. */
export function readCheckpoint(path: string): Checkpoint | undefined {
  try {
    return JSON.parse(readFileSync(`${path}.json`, 'utf8')) as Checkpoint;
  } catch {
    return undefined;
  }
}
