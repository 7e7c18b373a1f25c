import { readdirSync, readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { runCli } from './cli.js';

const prometheus = new URL('../../../packages/deploy/prometheus/', import.meta.url);
const runbooks = new URL('pages/runbooks/', prometheus);
const texts = readdirSync(runbooks).map((page) => readFileSync(new URL(page, runbooks), 'utf8'));

/** Every command line of the runbooks, without the name of the program. */
function commandLines(): string[] {
  const found = texts.flatMap((text) => [...text.matchAll(/`npx chatlane-ops ([^`]+)`/g)]);
  return [...new Set(found.map(([, line = '']) => line))];
}

const placeholders: Record<string, string> = { LANE: 'c:42', ID: '7', EFFECT: 'effect:charge' };

/** Runs a command line with invalid settings, which are read once the line itself has been accepted. */
async function messagesOf(line: string): Promise<string> {
  let messages = '';
  const output = new PassThrough() as unknown as NodeJS.WriteStream;
  const errors = new PassThrough() as unknown as NodeJS.WriteStream;
  errors.on('data', (part: Buffer) => (messages += part.toString()));
  const words = line.replace(/ >.*/, '').split(' ');
  const argv = words.map((word) => placeholders[word] ?? word);
  await runCli({
    argv,
    env: { REDIS_URL: 'not an address' },
    input: process.stdin,
    output,
    errors,
  });
  return messages;
}

describe('the commands in the runbooks', () => {
  it('exist, with their options and arguments', async () => {
    const lines = commandLines();
    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines) {
      expect([line, await messagesOf(line)]).toEqual([line, expect.stringContaining('REDIS_URL')]);
    }
  });

  it('would be reported if they did not', async () => {
    expect(await messagesOf('lanes lsit')).not.toContain('REDIS_URL');
    expect(await messagesOf('lanes list --nonsense')).not.toContain('REDIS_URL');
  });
});
