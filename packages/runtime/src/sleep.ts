import { setTimeout } from 'node:timers/promises';

/** Waits `ms` milliseconds. @throws the signal's reason as soon as the signal is aborted */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
