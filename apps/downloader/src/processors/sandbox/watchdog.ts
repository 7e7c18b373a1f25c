import { writeFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { ProcessorTask, SandboxAnswer } from '../processor.js';

// Kills the process and its children when it takes too much memory (a heap limit does not count buffers and native
// libraries), or when its parent is gone.

const EVERY_MS = 50;
const { answerPath, maxBytes, parent } = workerData as ProcessorTask;

setInterval(() => {
  const isAlone = process.ppid !== parent;
  const isTooBig = process.memoryUsage.rss() > maxBytes;
  if (!isAlone && !isTooBig) return;
  const answer: SandboxAnswer = { failure: 'too-much-memory' };
  try {
    if (isTooBig) writeFileSync(answerPath, JSON.stringify(answer));
  } finally {
    // The process leads its own process group, so this also kills its children.
    process.kill(-process.pid, 'SIGKILL');
  }
}, EVERY_MS);
