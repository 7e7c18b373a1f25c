import { setTimeout as sleep } from 'node:timers/promises';
import type { Bandwidth } from './bandwidth.js';
import { createDeadline, type Deadline } from './deadline.js';
import { DownloadRefused } from '@chatlane/contracts';
import { Interrupted, type Receiver, type Source } from './source/source.js';
import type { SpoolFile } from './spool/spool-file.js';

/** The maximum number of times an attempt reopens a broken connection; each new connection must bring new bytes. */
const MOST_OPENINGS = 20;
const REOPEN_AFTER_MS = 100;

export interface TransferOptions {
  source: Source;
  file: SpoolFile;
  /** The size of the file, according to getFile or the message. */
  expected: number | undefined;
  /** The maximum size. */
  maxBytes: number;
  /** The maximum duration in milliseconds. */
  totalMs: number;
  bandwidth: Bandwidth;
  signal: AbortSignal;
  onProgress: (received: number, size?: number) => void;
  onBytes: (bytes: number) => void;
  onResume: () => void;
}

/** The file is longer or shorter than declared. */
export class WrongLength extends Error {
  override readonly name = 'WrongLength';
}

/**
 * Receives a file in constant memory, continuing after the bytes it has already.
 *
 * @throws WrongLength, LinkRefused, DownloadRefused `too-big` or `too-slow`, RetryLater, the signal's reason,
 *   Interrupted
 */
export async function transfer(options: TransferOptions): Promise<void> {
  const deadline = createDeadline(options.totalMs);
  try {
    await receiveAll(options, deadline);
  } catch (error) {
    options.signal.throwIfAborted();
    if (deadline.signal.aborted) throw new DownloadRefused('too-slow');
    throw error;
  } finally {
    deadline.stop();
  }
}

async function receiveAll(options: TransferOptions, deadline: Deadline): Promise<void> {
  const { file } = options;
  const signal = AbortSignal.any([options.signal, deadline.signal]);
  let furthest = file.received;
  for (let opening = 1; ; opening += 1) {
    try {
      return await receiveOnce(options, deadline, signal);
    } catch (error) {
      if (!(error instanceof Interrupted) || opening === MOST_OPENINGS) throw error;
      const { received } = file;
      if (received <= furthest && opening > 1) throw error;
      furthest = Math.max(furthest, received);
      await sleep(REOPEN_AFTER_MS, undefined, { signal });
    }
  }
}

/** Receives what a single connection delivers. */
async function receiveOnce(
  options: TransferOptions,
  deadline: Deadline,
  signal: AbortSignal,
): Promise<void> {
  const { file, source } = options;
  const { received, total } = file.state;
  if (received > 0 && received === (options.expected ?? total)) return;
  await source.read(file.state, createReceiver(options, deadline, signal), signal);
  const wanted = options.expected ?? file.state.total;
  if (wanted !== undefined && file.received !== wanted) {
    throw new WrongLength('The file is too short');
  }
}

function createReceiver(
  options: TransferOptions,
  deadline: Deadline,
  signal: AbortSignal,
): Receiver {
  const { file, bandwidth, onProgress, onBytes, onResume } = options;
  let size: number | undefined;
  return {
    begin(offer) {
      if (offer.start > 0) onResume();
      else if (file.received > 0) file.restart();
      const { total = file.state.total, version = file.state.version } = offer;
      file.describe({
        ...(total !== undefined && { total }),
        ...(version !== undefined && { version }),
      });
      size = options.expected ?? total;
      check(options, total ?? 0, total);
    },
    take(chunk) {
      check(options, file.received + chunk.length, undefined);
      onBytes(chunk.length);
      file.append(chunk);
      onProgress(file.received, size);
      return bandwidth.take(chunk.length, signal)?.then((waitedMs) => deadline.extend(waitedMs));
    },
  };
}

/** @param whole the length of the whole file, if the source states it */
function check(
  { expected, maxBytes }: TransferOptions,
  bytes: number,
  whole: number | undefined,
): void {
  if (expected === undefined) {
    if (bytes > maxBytes) throw new DownloadRefused('too-big', maxBytes);
  } else if (bytes > expected || (whole !== undefined && whole !== expected)) {
    throw new WrongLength('The file does not have the declared length');
  }
}
