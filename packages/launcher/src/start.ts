import { allFaults } from './faults.js';
import { launch } from './launch.js';
import { LaunchError } from './launch-error.js';
import { readPlan, usage, type Plan } from './plan.js';
import { listenForStop } from './stop-requests.js';

/** Runs Chatlane for `npm start`, once everything is installed and built. Resolves with the exit code. */
export async function start(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const requests = listenForStop(env['npm_lifecycle_event'] === 'start');
  try {
    const plan = await readWholePlan(argv, env);
    if (plan === 'help') {
      process.stdout.write(usage);
      return 0;
    }
    const { killed } = await launch(plan, requests);
    return killed ? 1 : 0;
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    process.stderr.write(`Chatlane cannot start.\n\n${error.message}\n\n`);
    return error.exitCode;
  } finally {
    requests.close();
  }
}

/** Reports all faults at once, including those that only the apps can find. */
async function readWholePlan(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Plan | 'help'> {
  try {
    return readPlan(argv, env);
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    throw new LaunchError(await allFaults(error.faults, env), error.exitCode);
  }
}
