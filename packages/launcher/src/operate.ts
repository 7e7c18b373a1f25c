import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { runningInstances } from './instance.js';
import { opsProgram } from './run-ops.js';

/**
 * Runs the operator's command line. Without REDIS_URL it finds the instance that runs in this project. Resolves with the
 * exit code.
 */
export async function operate(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [found, ...others] = env['REDIS_URL'] ? [] : runningInstances();
  if (others.length > 0) {
    const urls = [found!, ...others].map(({ REDIS_URL }) => `  REDIS_URL=${REDIS_URL}\n`).join('');
    process.stderr.write(`Several instances run in this project; set one of:\n${urls}`);
    return 2;
  }
  // A terminal's Ctrl-C reaches the command line too, which then ends by itself.
  process.on('SIGINT', () => undefined);
  const child = spawn(process.execPath, [opsProgram(), ...args], {
    stdio: 'inherit',
    env: { ...env, ...found },
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}
