import { allFaults } from './faults.js';
import { launch } from './launch.js';
import { LaunchError } from './launch-error.js';
import { readPlan, type DevOptions, type Plan } from './plan.js';
import { listenForStop } from './stop-requests.js';

/** Runs a bot and everything it needs on this machine, until it is asked to stop. Resolves with the exit code. */
export async function dev(options: DevOptions, env: NodeJS.ProcessEnv): Promise<number> {
  const requests = listenForStop(env['npm_lifecycle_event'] !== undefined);
  try {
    const plan = await readWholePlan(options, env);
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
async function readWholePlan(options: DevOptions, env: NodeJS.ProcessEnv): Promise<Plan> {
  try {
    return readPlan(options, env);
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    throw new LaunchError(await allFaults(error.faults, env), error.exitCode);
  }
}
