import type { StoredFile } from '@chatlane/contracts';

/** The input of a processor. */
export interface ProcessorInput {
  /** A copy of the file for this processor. */
  path: string;
  /** Metadata of the file; its name is safe to display. */
  file: StoredFile;
  /** An empty folder for everything that the processor writes. It is deleted afterwards. */
  outDir: string;
  /** Aborted shortly before the time is up. */
  signal: AbortSignal;
}

/** The output of a processor. */
export interface ProcessorAnswer {
  /** At most 64 KB of JSON. A value that JSON cannot hold, such as NaN, a Date or a Set, is a `bad-answer`. */
  result?: unknown;
  /** A file in `outDir` to keep as long as the original. */
  made?: { path: string; name: string };
  /** Why there is no result, in one word. Final, whereas a thrown error is retried. */
  failure?: string;
}

/** An export of a `PROCESSORS_MODULE`. It runs in a process of its own for each file. */
export type Processor = (input: ProcessorInput) => Promise<ProcessorAnswer>;

/** What the sandbox process reads from its input. */
export interface ProcessorTask extends Omit<ProcessorInput, 'signal'> {
  processor: string;
  /** A module with further processors; absent for built-in ones only. */
  module?: string;
  answerPath: string;
  timeoutMs: number;
  /** The maximum resident memory. */
  maxBytes: number;
  /** The process that waits for the answer; the sandbox ends when it dies. */
  parent: number;
}

/** What the sandbox leaves in its folder. `fault`: the kind of the thrown error, without its message. */
export type SandboxAnswer = ProcessorAnswer & { fault?: string };
