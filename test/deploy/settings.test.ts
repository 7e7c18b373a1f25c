import { read, settingsOf, sourcesNamed } from './repository.js';

const settings = settingsOf(
  ...sourcesNamed('config.ts').filter((path) => path.startsWith('apps/')),
);
// Not compared, because each app has a different default.
settings.set('OPS_PORT', undefined);
// Settings of docker compose's own services.
for (const [, name = ''] of read('docker-compose.yml').matchAll(/\$\{(ALERT_\w+|BOT_FOLDER)/g)) {
  settings.set(name, undefined);
}

const examples = new Map(
  [...read('.env.example').matchAll(/^# ([A-Z][A-Z0-9_]+)=(.*)$/gm)].map(
    ([, name = '', value = '']) => [name, value || undefined],
  ),
);

describe('.env.example', () => {
  it('lists exactly the settings that exist', () => {
    expect([...examples.keys()].sort()).toEqual([...settings.keys()].sort());
  });

  it('shows the actual defaults', () => {
    expect(Object.fromEntries(examples)).toEqual(Object.fromEntries(settings));
  });

  it('sets nothing before it is edited', () => {
    const lines = read('.env.example')
      .split('\n')
      .filter((line) => line && !line.startsWith('#'));
    expect(lines).toEqual([]);
  });
});

describe.each(['ingress', 'worker'])("the settings table of %s's README", (app) => {
  const own = /^\s+([A-Z][A-Z0-9_]+):\s*setting\b/gm;
  const config = `apps/${app}/src/config.ts`;
  const names = [...read(config).matchAll(own)].map(([, name = '']) => name);
  const rows = new Map(
    [
      ...read(`apps/${app}/README.md`).matchAll(/^\| `([A-Z][A-Z0-9_]+)` +\| (?:`(\S+)`)? *\|/gm),
    ].map(([, name = '', value]) => [name, value]),
  );

  it('lists exactly its own settings, with their defaults', () => {
    const actual = settingsOf(config);
    expect(Object.fromEntries(rows)).toEqual(
      Object.fromEntries(names.map((name) => [name, actual.get(name)])),
    );
    expect([...rows.keys()].sort()).toEqual(names.sort());
  });
});
