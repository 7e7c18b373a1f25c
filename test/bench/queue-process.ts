import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { queueLoads } from './loads.js';
import { countRoundTrips, measureQueue, type QueueFigures } from './measure-queue.js';
import { queueSystems } from './systems/queue-systems.js';

export type SystemName = keyof typeof queueSystems;
export type LoadName = keyof typeof queueLoads;

interface Measurement {
  measure: 'figures' | 'round-trips';
  load: LoadName;
  updates: number;
}

/** One system in a separate process, so that no other system's code and garbage affect it. */
export interface QueueProcess {
  figures(load: LoadName, updates: number): Promise<QueueFigures>;
  roundTrips(load: LoadName, updates: number): Promise<number>;
  stop(): Promise<void>;
}

export function startQueueProcess(system: SystemName): QueueProcess {
  const child = fork(fileURLToPath(import.meta.url), [system], { execArgv: ['--import', 'tsx'] });

  async function ask(measurement: Measurement): Promise<unknown> {
    child.send(measurement);
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`The process that measures ${system} ended with code ${code}.`);
    });
    const [reply] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
    return reply;
  }

  return {
    figures: async (load, updates) =>
      (await ask({ measure: 'figures', load, updates })) as QueueFigures,
    roundTrips: async (load, updates) =>
      (await ask({ measure: 'round-trips', load, updates })) as number,
    stop: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Runs in the child: performs the requested measurements in sequence. */
function serve(system: SystemName): void {
  const create = queueSystems[system];
  process.on('disconnect', () => process.exit());
  process.on('message', ({ measure, load, updates }: Measurement) => {
    const made = queueLoads[load](updates);
    const measured =
      measure === 'figures' ? measureQueue(create, made) : countRoundTrips(create, made);
    void measured.then((reply) => process.send?.(reply));
  });
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  serve(process.argv[2] as SystemName);
}
