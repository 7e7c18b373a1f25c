import { Worker } from 'node:worker_threads';
import { InspectionStopped } from '@chatlane/contracts';
import type { Inspection } from '../fetch/content/inspect-content.js';
import type { InspectionOrder } from './inspection-thread.js';

/** Only parts of a file are read, so files of any size take a fraction of this. */
const MOST_MS = 10_000;

/** Inspects untrusted files one at a time, in a thread of its own. */
export interface Inspector {
  /**
   * @param declared the MIME type that the sender gave
   * @throws InspectionStopped when the thread was terminated because the file took too much time or memory; the
   *   signal's reason
   */
  inspect(path: string, declared: string | undefined, signal?: AbortSignal): Promise<Inspection>;
  stop(): Promise<void>;
}

/** The part of a Worker that is used. */
type InspectionThread = Pick<Worker, 'on' | 'postMessage' | 'terminate' | 'unref'>;
type Answer = { value: Inspection } | { error: string };

/**
 * @param options.mostMs the maximum time per file; default: 10,000
 * @param options.open default: the thread of this package
 */
export function createInspector(
  options: { mostMs?: number; open?: () => InspectionThread } = {},
): Inspector {
  const { mostMs = MOST_MS, open = openThread } = options;
  let thread: InspectionThread | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let answered: (answer: Answer | undefined) => void = () => undefined;

  /** Starts the thread on demand, also after it was terminated. */
  function running(): InspectionThread {
    if (thread) return thread;
    const opened = open();
    opened.on('message', (answer: Answer) => answered(answer));
    const over = (): void => {
      if (thread !== opened) return;
      thread = undefined;
      answered(undefined);
    };
    opened.on('error', over);
    opened.on('exit', over);
    opened.unref();
    return (thread = opened);
  }

  async function end(): Promise<void> {
    const ended = thread;
    thread = undefined;
    await ended?.terminate();
  }

  async function inspectOne(order: InspectionOrder, signal?: AbortSignal): Promise<Inspection> {
    signal?.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    const answer = await new Promise<Answer | undefined>((resolve) => {
      answered = resolve;
      timer = setTimeout(() => resolve(undefined), mostMs);
      running().postMessage(order);
    });
    clearTimeout(timer);
    answered = () => undefined;
    if (answer === undefined) {
      await end();
      throw new InspectionStopped();
    }
    if ('error' in answer) throw new Error(answer.error);
    return answer.value;
  }

  return {
    inspect(path, declared, signal) {
      const next = last.then(() => inspectOne({ path, declared }, signal));
      last = next.catch(() => undefined);
      return next;
    },
    stop: end,
  };
}

function openThread(): InspectionThread {
  return new Worker(new URL('./inspection-thread.js', import.meta.url), {
    // A small young generation keeps the whole process small; only a few MB of a file are read.
    resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 64 },
  });
}
