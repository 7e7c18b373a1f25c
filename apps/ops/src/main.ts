import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { runCli } from './cli.js';

const dotEnv = new URL('../../../.env', import.meta.url);
const settings = existsSync(dotEnv) ? parseEnv(readFileSync(dotEnv, 'utf8')) : {};

process.exitCode = await runCli({
  argv: process.argv.slice(2),
  env: { ...settings, ...process.env },
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
});
