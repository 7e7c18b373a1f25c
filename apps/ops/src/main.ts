import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { runCli } from './cli.js';

const dotEnv = '.env';
const settings = existsSync(dotEnv) ? parseEnv(readFileSync(dotEnv, 'utf8')) : {};
const env: NodeJS.ProcessEnv = { ...settings, ...process.env };
const authorities = 'NODE_EXTRA_CA_CERTS';

if (env[authorities] && process.env[authorities] === undefined) {
  // Node reads this variable before it runs any code, so setting it takes a new process.
  const again = spawnSync(process.execPath, process.argv.slice(1), { env, stdio: 'inherit' });
  process.exitCode = again.status ?? 1;
} else {
  process.exitCode = await runCli({
    argv: process.argv.slice(2),
    env,
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
  });
}
