import { rename, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { jsonFault } from '@chatlane/contracts';
import type { Processor, ProcessorTask, SandboxAnswer } from '../processor.js';

// The process of one processor and one file. It reads its task from stdin and writes a single answer file. Its parent
// validates that file, and kills the process when its time is up.

/** Time for a processor that obeys its signal to report the reason. */
const LEFT_MS = 500;

const task = JSON.parse(await text(process.stdin)) as ProcessorTask;
const { answerPath, timeoutMs, maxBytes, parent } = task;
// In a thread, so that an endless loop in the main thread does not stop it.
const workerData = { answerPath, maxBytes, parent };
new Worker(new URL('./watchdog.js', import.meta.url), { workerData }).unref();

const answer = await answerOf(task).catch((error: unknown): SandboxAnswer => ({
  fault: error instanceof Error ? error.name : 'unknown error',
}));
await writeFile(`${answerPath}.new`, JSON.stringify(answer));
await rename(`${answerPath}.new`, answerPath);
// Ends whatever the processor has left open.
process.exit(0);

async function answerOf({ path, file, outDir }: ProcessorTask): Promise<SandboxAnswer> {
  const processor = await find();
  if (!processor) return { failure: 'unknown' };
  const signal = AbortSignal.timeout(Math.max(1, timeoutMs - LEFT_MS));
  const answer = (await processor({ path, file, outDir, signal })) ?? {};
  return jsonFault(answer.result) ? { failure: 'bad-answer' } : answer;
}

async function find(): Promise<Processor | undefined> {
  const { processor: name, module } = task;
  const found = module === undefined ? undefined : own(await import(moduleUrl(module)), name);
  if (found !== undefined) return found;
  if (name === 'thumbnail') return (await import('./thumbnail.js')).thumbnail;
  if (name === 'text') return (await import('./text.js')).text;
  return undefined;
}

/** A named export, or a property of the default export. */
function own(exports: unknown, name: string): Processor | undefined {
  for (const from of [exports, (exports as { default?: unknown }).default]) {
    if (typeof from !== 'object' || from === null || !Object.hasOwn(from, name)) continue;
    const found: unknown = from[name as keyof typeof from];
    if (typeof found === 'function') return found as Processor;
  }
  return undefined;
}

function moduleUrl(module: string): string {
  return pathToFileURL(module).href;
}
