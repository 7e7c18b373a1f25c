import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runCli } from './cli.js';
import { settingNames } from './config.js';

describe('the help', () => {
  it('names all settings that the command line reads, as its README does', async () => {
    const output = new PassThrough();
    const [code, help] = await Promise.all([
      runCli({
        argv: ['--help'],
        env: {},
        input: process.stdin,
        output: output as unknown as NodeJS.WriteStream,
        errors: process.stderr,
      }).finally(() => output.end()),
      text(output),
    ]);
    expect(code).toBe(0);
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const [, reads] = /It reads the same settings([\s\S]*?)\n\n/.exec(readme)!;
    const named = (from: string): string[] =>
      [...new Set(from.match(/\b[A-Z]+_[A-Z_]+\b/g))].sort();
    expect(named(help)).toEqual([...settingNames].sort());
    expect(named(reads!)).toEqual([...settingNames].sort());
  });
});
