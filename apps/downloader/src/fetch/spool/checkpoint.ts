import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { TransferState } from '../source/source.js';

/** The part of a file that is known to be correct, written next to it. */
export interface Checkpoint extends TransferState {
  /** Hexadecimal, of the received bytes. */
  sha256: string;
}

export function writeCheckpoint(path: string, checkpoint: Checkpoint): void {
  writeFileSync(`${path}.json.new`, JSON.stringify(checkpoint));
  renameSync(`${path}.json.new`, `${path}.json`);
}

/** Undefined when there is none, or it cannot be parsed. */
export function readCheckpoint(path: string): Checkpoint | undefined {
  try {
    return JSON.parse(readFileSync(`${path}.json`, 'utf8')) as Checkpoint;
  } catch {
    return undefined;
  }
}
