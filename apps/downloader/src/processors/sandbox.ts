import { spawn } from 'node:child_process';
import { constants, open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProcessorInput, ProcessorTask, SandboxAnswer } from './processor.js';

/** A larger result would strain the lane and Redis. */
const MOST_ANSWER_BYTES = 64 * 1024;

export interface SandboxOptions {
  /** Path of a module with further processors. */
  module: string | undefined;
  timeoutMs: number;
  /** The maximum memory of one process, including native memory. */
  maxBytes: number;
  /** PATH of the process's environment. It gets nothing else, because ours contains the bot's token. */
  searchPath: string;
  /** Default: the sandbox of this package. */
  program?: URL;
}

/** The outcome of a processor. `fault`: a cause that another run may avoid, for the log. */
export type SandboxEnd = { answer: SandboxAnswer } | { failure: string; fault: string };

/** Runs one processor in a process of its own. */
export type Sandbox = (
  processor: string,
  input: Pick<ProcessorInput, 'path' | 'file'> & { folder: string },
  signal: AbortSignal,
) => Promise<SandboxEnd>;

/**
 * Every run has its own process instead of one from a pool, so that one file cannot affect the next. There is no
 * channel to it, so it can neither flood nor mislead this process, and a crash, endless loop or full memory affects
 * only itself.
 */
export function createSandbox(options: SandboxOptions): Sandbox {
  const { timeoutMs, maxBytes, module, searchPath } = options;
  const program = fileURLToPath(options.program ?? new URL('./sandbox/main.js', import.meta.url));
  const heapMb = Math.ceil(maxBytes / 2 ** 20);

  return async (processor, { path, file, folder }, signal) => {
    const answerPath = join(folder, 'answer.json');
    const outDir = join(folder, 'out');
    const task: ProcessorTask = {
      processor,
      path,
      file,
      outDir,
      ...(module !== undefined && { module }),
      answerPath,
      timeoutMs,
      maxBytes,
      parent: process.pid,
    };
    signal.throwIfAborted();
    const args = [`--max-old-space-size=${heapMb}`, program];
    const env = { PATH: searchPath, TMPDIR: outDir };
    const started = { program: process.execPath, args, cwd: outDir, env };
    const end = await run(started, JSON.stringify(task), timeoutMs, signal);
    signal.throwIfAborted();
    if (end === 'too-slow') return { failure: end, fault: end };
    const answer = await readAnswer(answerPath);
    if (answer === undefined) return { failure: 'crashed', fault: `ended with ${end}` };
    if (answer.fault !== undefined) return { failure: 'failed', fault: answer.fault };
    if (answer.failure === 'too-much-memory')
      return { failure: answer.failure, fault: answer.failure };
    return { answer };
  };
}

/** @returns its exit code or signal, or that it was too slow. Afterwards nothing that it started is running. */
function run(
  started: { program: string; args: string[]; cwd: string; env: Record<string, string> },
  input: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const { program, args, cwd, env } = started;
    // A process group of its own, so that its children are killed with it.
    const stdio = ['pipe', 'ignore', 'ignore'] as const;
    const child = spawn(program, args, { cwd, env, stdio: [...stdio], detached: true });
    // The task is passed by stdin, not in a file: a decoder that can be tricked into reading files finds only this one.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    let isTooSlow = false;
    const kill = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // The group has already ended.
      }
    };
    const timer = setTimeout(() => {
      isTooSlow = true;
      kill();
    }, timeoutMs);
    signal.addEventListener('abort', kill, { once: true });
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      kill();
    };
    child.once('error', (error) => {
      over();
      reject(error);
    });
    child.once('exit', (code, by) => {
      over();
      resolve(isTooSlow ? 'too-slow' : String(code ?? by));
    });
  });
}

/** Nothing in it is trusted. Undefined when there is no answer. */
async function readAnswer(path: string): Promise<SandboxAnswer | undefined> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
  if (!handle) return undefined;
  try {
    const found = await handle.stat();
    if (!found.isFile()) return { failure: 'bad-answer' };
    if (found.size > MOST_ANSWER_BYTES) return { failure: 'answer-too-big' };
    const answer = JSON.parse(await handle.readFile('utf8')) as Partial<SandboxAnswer> | null;
    const { result, made, failure, fault } = answer ?? {};
    if (fault !== undefined) return { fault: /^\w{1,40}$/.exec(String(fault))?.[0] ?? 'Error' };
    if (failure !== undefined)
      return { failure: /^[\w-]{1,40}$/.exec(String(failure))?.[0] ?? 'failed' };
    if (made !== undefined && (typeof made?.path !== 'string' || typeof made.name !== 'string')) {
      return { failure: 'bad-answer' };
    }
    return { ...(result !== undefined && { result }), ...(made && { made }) };
  } catch {
    return { failure: 'bad-answer' };
  } finally {
    await handle.close();
  }
}
