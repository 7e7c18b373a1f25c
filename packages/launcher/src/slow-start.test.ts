import { reportSlowStart } from './slow-start.js';

describe('reportSlowStart', () => {
  it('reports that the process is still starting, and the last line it wrote', async () => {
    const lines: string[] = [];
    let finish = (): void => undefined;
    const started = new Promise<void>((resolve) => (finish = resolve));
    let report = (_: string): void => undefined;
    const say = (text: string): void => {
      lines.push(text);
      if (lines.length === 1) report('{"level":40,"msg":"Telegram does not answer"}');
      if (lines.length === 2) finish();
    };
    await reportSlowStart({ name: 'worker-1', say, everyMs: 50 }, (onLine) => {
      report = onLine;
      return started;
    });
    expect(lines).toEqual([
      'worker-1 has been starting for 0.05 s: it has written nothing yet',
      'worker-1 has been starting for 0.1 s: warn  Telegram does not answer',
    ]);
  });
});
