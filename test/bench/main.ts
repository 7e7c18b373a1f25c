import { measureRoundTrips } from './round-trips.js';

const scenarios: Record<string, () => Promise<void>> = {
  async 'round-trips'() {
    const results = await measureRoundTrips();
    const names = ['push', 'open', 'commit', 'bullmq'];
    console.log(
      'Sent to Redis per update (each a round trip), and commands carried out per update:',
    );
    console.table(
      Object.fromEntries(
        results.map(({ load, sentPerUpdate, commandsPerUpdate }) => {
          const others = Object.entries(sentPerUpdate).filter(([name]) => !names.includes(name));
          return [
            load,
            {
              ...Object.fromEntries(names.map((name) => [name, sentPerUpdate[name] ?? 0])),
              other: Math.round(others.reduce((sum, [, count]) => sum + count, 0) * 100) / 100,
              commands: commandsPerUpdate,
            },
          ];
        }),
      ),
    );
  },
};

const [name = ''] = process.argv.slice(2);
const scenario = scenarios[name];
if (!scenario) {
  console.error(`No scenario "${name}". Use one of: ${Object.keys(scenarios).join(', ')}`);
  process.exit(2);
}
await scenario();
