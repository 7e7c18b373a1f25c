import type { RoutedUpdate } from '@chatlane/contracts';
import type { IngressObserver } from './observer.js';
import type { IntakePort } from './store.js';

/** The intake port in memory: what came, and a switch for what it does next. */
export interface MemoryIntake extends IntakePort {
  pushed: { update: RoutedUpdate; raw: Buffer }[];
  parked: { raw: Buffer; reason: string }[];
  /** What Redis would do with the next body. Default: confirm. */
  behaviour: (update?: RoutedUpdate) => Promise<void>;
}

export function createMemoryIntake(): MemoryIntake {
  const seen = new Set<number>();
  return {
    pushed: [],
    parked: [],
    behaviour: () => Promise.resolve(),
    async push(update, raw) {
      await this.behaviour(update);
      this.pushed.push({ update, raw });
      if (seen.has(update.updateId)) return 'duplicate';
      seen.add(update.updateId);
      return 'stored';
    },
    async park(raw, reason) {
      await this.behaviour();
      this.parked.push({ raw, reason });
    },
  };
}

/** Writes down what it is told, as `stored webhook duplicate`. */
export function createRecorder(): IngressObserver & { told: string[] } {
  const told: string[] = [];
  const observer: IngressObserver = {
    stored: (source, outcome) => void told.push(`stored ${source} ${outcome}`),
    notStored: (source) => void told.push(`notStored ${source}`),
    refused: (reason) => void told.push(`refused ${reason}`),
    polling: (state) => void told.push(`polling ${state}`),
    pollFailed: (reason, error, waitMs) =>
      void told.push(`pollFailed ${reason} ${waitMs} ${error.message}`),
  };
  return { ...observer, told };
}
