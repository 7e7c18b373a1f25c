import { parentPort } from 'node:worker_threads';
import { inspectContent } from '../fetch/content/inspect-content.js';

// The thread that looks into files. It is ended, whatever it is doing, when one takes too long.

/** A file to be looked into. */
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
