import type { StoredFile } from '@chatlane/contracts';

/** What a processor is given. */
export interface ProcessorInput {
  /** A copy of the file, the processor's own. */
  path: string;
  /** What is known of it; its name is safe to show. */
  file: StoredFile;
  /** An empty folder: what the processor makes, and all else it writes. It is removed afterwards. */
  outDir: string;
  /** Fires shortly before the time is up. */
  signal: AbortSignal;
}

/** What a processor answers. */
export interface ProcessorAnswer {
  /** 64 KB of JSON at most. What JSON cannot hold, such as NaN, a Date or a Set, makes it a `bad-answer`. */
  result?: unknown;
  /** A file in `outDir` that is to be kept as long as the one it was made of. */
  made?: { path: string; name: string };
  /** Why there is nothing to answer, in one word: final, while what it throws is tried again. */
  failure?: string;
}

/** One export of a `PROCESSORS_MODULE`: runs in a process of its own, once for each file. */
export type Processor = (input: ProcessorInput) => Promise<ProcessorAnswer>;

/** What the process of a processor reads from its input. */
export interface ProcessorTask extends Omit<ProcessorInput, 'signal'> {
  processor: string;
  /** Where further processors are; absent: only those that are built in. */
  module?: string;
  answerPath: string;
  timeoutMs: number;
  /** Resident memory. */
  maxBytes: number;
  /** Who is to be alive for the answer to be of use. */
  parent: number;
}

/** What it leaves in its folder. `fault`: what kind of error was thrown, without its words. */
export type SandboxAnswer = ProcessorAnswer & { fault?: string };
