import { read, settingsOf, sourcesNamed } from './repository.js';

const settings = settingsOf(
  ...sourcesNamed('config.ts').filter((path) => path.startsWith('apps/')),
);
// Not compared, because each app has a different default.
settings.set('OPS_PORT', undefined);

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
