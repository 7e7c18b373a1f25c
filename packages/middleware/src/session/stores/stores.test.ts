import { sessionStoreChecks } from './conformance.js';
import { memoryStore } from './memory-store.js';
import { itRefusesFrozenTurns } from './table-checks.testkit.js';
import { turnsOn } from './turns-on.js';

describe.each(sessionStoreChecks)('memoryStore', ({ name, run }) => {
  const store = memoryStore<Record<string, unknown>>();
  it(name, () => run((options) => turnsOn(store, options), 1));
});

describe('the table of memoryStore', () => itRefusesFrozenTurns(() => memoryStore()));

describe.each(sessionStoreChecks.filter(({ needs }) => needs === undefined))(
  'a Map as a session store',
  ({ name, run }) => {
    const store = new Map<string, Record<string, unknown>>();
    it(name, () => run((options) => turnsOn(store, options), 1));
  },
);
