import type { RoutedUpdate } from '@chatlane/contracts';
import type { PushRefusal as Refusal } from '@chatlane/lanes';
import type { IngressObserver } from './observer.js';
import type { IntakePort } from './store.js';

/** An in-memory intake that records what it receives, with configurable behaviour. */
export interface MemoryIntake extends IntakePort {
  pushed: { update: RoutedUpdate; raw: Buffer }[];
  parked: { raw: Buffer; reason: string }[];
  /** Called for each body. The body is stored unless this rejects, or resolves to a refusal. */
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

/** An observer that records its events as strings, such as `stored webhook duplicate`. */
export function createRecorder(): IngressObserver & { events: string[] } {
  const events: string[] = [];
  const observer: IngressObserver = {
    stored: (source, outcome) => void events.push(`stored ${source} ${outcome}`),
    notStored: (source, reason) => void events.push(`notStored ${source} ${reason}`),
    memory: () => undefined,
    refused: (reason) => void events.push(`refused ${reason}`),
    polling: (state) => void events.push(`polling ${state}`),
    pollFailed: (reason, error, waitMs) =>
      void events.push(`pollFailed ${reason} ${waitMs} ${error.message}`),
    fileLink: (outcome, { bytes } = {}) =>
      void events.push(['fileLink', outcome, bytes].filter((part) => part !== undefined).join(' ')),
  };
  return { ...observer, events };
}
