import type { Fault } from './faults/fault.js';
import type { ProcessWire } from './process-wire.js';

/** The Redis of a run, and its faults. */
export interface Store {
  /** A connection that the faults of processes' connections do not affect. */
  url: string;
  /** Settings of the processes, in addition to REDIS_URL. */
  env: Readonly<Record<string, string>>;
  /** True if a failover can roll back confirmed writes, except pushes that replicas confirmed. */
  losesWrites: boolean;
  faults: readonly Fault[];
  /** Opens one process's connection to Redis. */
  wire(): Promise<ProcessWire>;
  stop(): Promise<void>;
}
