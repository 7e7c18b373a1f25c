import { parentPort, workerData } from 'node:worker_threads';
import type { EngineSettings } from './engine.js';
import { serveFetches } from './serve-fetches.js';

// The fetch thread: it reads from the network, hashes, writes and inspects files, and waits for each write, while the
// main thread does everything else.

if (parentPort) serveFetches(parentPort, workerData as EngineSettings);
