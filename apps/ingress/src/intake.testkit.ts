import type { RoutedUpdate } from '@chatlane/contracts';
import type { PushRefusal as Refusal } from '@chatlane/lanes';
import type { IngressObserver } from './observer.js';
import type { IntakePort } from './store.js';

/** The intake port in memory: what came, and a switch for what it does next. */
export interface MemoryIntake extends IntakePort {
  pushed: { update: RoutedUpdate; raw: Buffer }[];
  parked: { raw: Buffer; reason: string }[];
  /** What Redis would do with the next body. Default: confirm; a refusal is what it resolves to. */
  behaviour: (update?: RoutedUpdate, options?: { evenIfFull?: boolean }) => Promise<Refusal | void>;
}

export function createMemoryIntake(): MemoryIntake {
  const seen = new Set<number>();
  return {
    pushed: [],
    parked: [],
    behaviour: () => Promise.resolve(),
    async push(update, raw, options) {
      const refusal = await this.behaviour(update, options);
      if (refusal) return refusal;
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
    notStored: (source, reason) => void told.push(`notStored ${source} ${reason}`),
    memory: () => undefined,
    refused: (reason) => void told.push(`refused ${reason}`),
    polling: (state) => void told.push(`polling ${state}`),
    pollFailed: (reason, error, waitMs) =>
      void told.push(`pollFailed ${reason} ${waitMs} ${error.message}`),
    fileLink: (outcome, { bytes } = {}) =>
      void told.push(['fileLink', outcome, bytes].filter((part) => part !== undefined).join(' ')),
  };
  return { ...observer, told };
}
