import { matchingCommands } from './commands.js';

const commands = ['start', 'register', 'cancel_all', 'cancel'].map((command) => ({
  command,
  description: '',
}));
const names = (text: string, all = false): string[] =>
  matchingCommands(commands, text, all).map(({ command }) => command);

describe('matchingCommands', () => {
  it('offers all commands after a slash, and fewer as the user types', () => {
    expect(names('/')).toHaveLength(4);
    expect(names('/RE')).toEqual(['register']);
    expect(names('/x')).toEqual([]);
  });

  it('puts an exact match first', () => {
    expect(names('/cancel')).toEqual(['cancel', 'cancel_all']);
  });

  it('offers nothing for other texts, unless all commands are requested', () => {
    expect(names('hello /')).toEqual([]);
    expect(names('/start now')).toEqual([]);
    expect(names('hello', true)).toHaveLength(4);
  });
});
