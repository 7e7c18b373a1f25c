import { scenarios } from './scenarios/scenarios.js';

/** Shown in the README, so test/start/readme.test.ts runs it in full. */
const elsewhere = 'round-trips';

describe('a bench scenario', () => {
  it.each(Object.keys(scenarios).filter((name) => name !== elsewhere))(
    '%s runs to the end and reports figures',
    async (name) => {
      const { scenario, systems, ratios } = await scenarios[name]!({ quick: true });
      expect(scenario).toBe(name);
      expect(systems.length).toBeGreaterThan(1);
      const figures = systems.flatMap(({ name: _name, ...rest }) => Object.values(rest));
      const values = [...figures, ...ratios.map(({ value }) => value)];
      expect(values.filter((value) => !Number.isFinite(value))).toEqual([]);
      for (const { name: system, orderViolations = 0 } of systems) {
        if (['chatlane', 'groupmq'].includes(system)) expect(orderViolations).toBe(0);
      }
      const own = Object.entries(systems.find((each) => each.name === 'chatlane') ?? {});
      expect(own.filter(([key, value]) => /(Lost|Doubled)$/.test(key) && value !== 0)).toEqual([]);
    },
  );
});
