import type { Fault } from './faults/fault.js';
import type { ProcessWire } from './process-wire.js';

/** The Redis that a run is on, and what can happen to it. */
export interface Store {
  /** Past all that is done to the wires of processes. */
  url: string;
  /** Settings that the processes get besides REDIS_URL. */
  env: Readonly<Record<string, string>>;
  /** A failover may take back what was confirmed, but for pushes that replicas confirmed. */
  losesWrites: boolean;
  faults: readonly Fault[];
  /** A way to Redis for one process. */
  wire(): Promise<ProcessWire>;
  stop(): Promise<void>;
}
