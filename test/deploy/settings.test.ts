import { read, settingsOf, sourcesNamed } from './repository.js';

const settings = settingsOf(
  ...sourcesNamed('config.ts').filter((path) => path.startsWith('apps/')),
);
// Each app has its own default.
settings.set('OPS_PORT', undefined);

const examples = new Map(
  [...read('.env.example').matchAll(/^# ([A-Z][A-Z0-9_]+)=(.*)$/gm)].map(
    ([, name = '', value = '']) => [name, value || undefined],
  ),
);

describe('.env.example', () => {
  it('lists every setting there is, and no other', () => {
    expect([...examples.keys()].sort()).toEqual([...settings.keys()].sort());
  });

  it('shows the defaults as they are', () => {
    expect(Object.fromEntries(examples)).toEqual(Object.fromEntries(settings));
  });

  it('sets nothing as it stands', () => {
    const lines = read('.env.example')
      .split('\n')
      .filter((line) => line && !line.startsWith('#'));
    expect(lines).toEqual([]);
  });
});
