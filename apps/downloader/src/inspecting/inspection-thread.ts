import { parentPort } from 'node:worker_threads';
import { inspectContent } from '../fetch/content/inspect-content.js';

// The thread that inspects files. It is terminated when a file takes too long.

/** A file to inspect. */
export interface InspectionOrder {
  path: string;
  declared: string | undefined;
}

parentPort?.on('message', ({ path, declared }: InspectionOrder) => {
  void inspectContent(path, declared).then(
    (value) => parentPort?.postMessage({ value }),
    (error: unknown) => parentPort?.postMessage({ error: String((error as Error).message) }),
  );
});
