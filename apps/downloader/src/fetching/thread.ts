import { parentPort, workerData } from 'node:worker_threads';
import type { EngineSettings } from './engine.js';
import { serveFetches } from './serve-fetches.js';

// The thread of the fetches: it reads from the network, hashes, writes and looks into files, and waits for each write,
// while the main thread does the rest.

if (parentPort) serveFetches(parentPort, workerData as EngineSettings);
