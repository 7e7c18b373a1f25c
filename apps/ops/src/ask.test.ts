import { PassThrough } from 'node:stream';
import { ask, type Terminal } from './ask.js';
import { Refusal } from './refusal.js';

/** A terminal at which the user types `answer`. */
function terminal(answer: string, isTTY = true): { terminal: Terminal; prompt: () => string } {
  const input = Object.assign(new PassThrough(), { isTTY });
  const errors = new PassThrough();
  input.end(answer);
  return {
    terminal: { input, errors } as unknown as Terminal,
    prompt: () => String(errors.read()),
  };
}

describe('ask', () => {
  it.each(['y\n', 'Y\n', ' yes \n'])('resolves when the user answers %j', async (typed) => {
    const person = terminal(typed);
    await ask('Everything will be lost.', person.terminal);
    expect(person.prompt()).toContain('Everything will be lost. [y/N] ');
  });

  it.each(['\n', 'n\n', 'yesterday\n', ''])('rejects when the user answers %j', async (typed) => {
    const refused = ask('Everything will be lost.', terminal(typed).terminal);
    await expect(refused).rejects.toMatchObject({ message: 'Nothing was changed.', exitCode: 1 });
    await expect(refused).rejects.toThrow(Refusal);
  });

  it('rejects without asking when there is no terminal', async () => {
    const noTerminal = terminal('y\n', false);
    const refused = ask('Everything will be lost.', noTerminal.terminal);
    await expect(refused).rejects.toMatchObject({ exitCode: 2 });
    await expect(refused).rejects.toThrow('--yes');
  });
});
