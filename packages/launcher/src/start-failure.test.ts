import { AppStartError } from '@chatlane/processes';
import { startFailure } from './start-failure.js';

const failure = (output: string) =>
  startFailure(new AppStartError('worker', 1, { code: 1, signal: null }, output));

describe('startFailure', () => {
  it("returns what the process wrote for people, without its log and the setting's name", () => {
    const said = 'worker could not start: BOT_MODULE: /my/bot.ts cannot be loaded: no database';
    expect(failure(`{"level":60,"msg":"could not start"}\n${said}\n{"msg":"stopped"}`)).toBe(
      '/my/bot.ts cannot be loaded: no database',
    );
  });

  it('includes the log when the process says nothing else', () => {
    expect(failure('{"level":60}')).toBe(
      'worker ended before it was ready: exit code 1\n{"level":60}',
    );
  });
});
