import { PassThrough } from 'node:stream';
import { ask, type Terminal } from './ask.js';
import { Refusal } from './refusal.js';

/** A terminal at which somebody types `answer`. */
function terminal(answer: string, isTTY = true): { terminal: Terminal; asked: () => string } {
  const input = Object.assign(new PassThrough(), { isTTY });
  const errors = new PassThrough();
  input.end(answer);
  return {
    terminal: { input, errors } as unknown as Terminal,
    asked: () => String(errors.read()),
  };
}

it.each(['y\n', 'Y\n', ' yes \n'])(
  'goes on when the person at the terminal says %j',
  async (said) => {
    const person = terminal(said);
    await ask('Everything will be lost.', person.terminal);
    expect(person.asked()).toContain('Everything will be lost. [y/N] ');
  },
);

it.each(['\n', 'n\n', 'yesterday\n', ''])('changes nothing when they say %j', async (said) => {
  const refused = ask('Everything will be lost.', terminal(said).terminal);
  await expect(refused).rejects.toMatchObject({ message: 'Nothing was changed.', exitCode: 1 });
  await expect(refused).rejects.toThrow(Refusal);
});

it('asks nobody where there is no terminal', async () => {
  const nobody = terminal('y\n', false);
  const refused = ask('Everything will be lost.', nobody.terminal);
  await expect(refused).rejects.toMatchObject({ exitCode: 2 });
  await expect(refused).rejects.toThrow('--yes');
});
