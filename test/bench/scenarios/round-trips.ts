import type { Scenario } from '../result.js';
import { measureRoundTrips } from '../round-trips.js';

const NAMED = ['push', 'open', 'commit', 'bullmq'];

/** The round trips from Chatlane to Redis per update, by script. */
export const roundTrips: Scenario = async ({ quick }) => {
  const results = await measureRoundTrips(quick ? 100 : 5_000);
  return {
    scenario: 'round-trips',
    systems: results.map(({ load, sentPerUpdate, commandsPerUpdate }) => ({
      name: load,
      ...Object.fromEntries(NAMED.map((name) => [name, sentPerUpdate[name] ?? 0])),
      other: Object.entries(sentPerUpdate)
        .filter(([name]) => !NAMED.includes(name))
        .reduce((sum, [, count]) => sum + count, 0),
      commands: commandsPerUpdate,
    })),
    ratios: [],
  };
};
