import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AppStartError, dataRoot, isTaken, NoRedisError } from '@chatlane/processes';
import { createConsole, type Console } from './console.js';
import { allFaults, isRefusal } from './faults.js';
import { createFleet, type Fleet } from './fleet.js';
import { LaunchError } from './launch-error.js';
import { lockFolder } from './lock.js';
import type { Plan } from './plan.js';
import { reloadOnSave } from './reload.js';
import { runBot } from './run-bot.js';
import { startFailure } from './start-failure.js';
import type { StopRequests } from './stop-requests.js';

/**
 * Runs Chatlane until it is asked to stop. When this settles, everything it started has ended. `killed` means that a second
 * request to stop killed the processes.
 *
 * @throws LaunchError when it cannot start
 */
export async function launch(
  requested: Plan,
  requests: StopRequests,
): Promise<{ killed: boolean }> {
  await checkPorts(requested);
  const { plan, release } = takeFolder(requested);
  const console = createConsole({ folder: join(plan.folder, 'logs'), verbose: plan.verbose });
  const fleet = createFleet(console, stopDeadlineMs(plan));
  let killed = false;
  requests.onSecond(() => {
    killed = true;
    console.say('Chatlane ends immediately.');
    fleet.kill();
  });
  try {
    await runUntilStopped(plan, console, fleet, requests.signal);
  } catch (error) {
    await fleet.stop();
    // An interrupted start fails in many ways, none of which matters.
    if (!requests.signal.aborted) throw await explain(error, plan);
  } finally {
    await console.close();
    release();
  }
  return { killed };
}

async function runUntilStopped(
  plan: Plan,
  console: Console,
  fleet: Fleet,
  signal: AbortSignal,
): Promise<void> {
  const aborted = signal.aborted ? Promise.resolve() : once(signal, 'abort');
  const stopping = aborted.then(async () => {
    console.say('\nChatlane is stopping (Ctrl-C again ends it immediately) ...');
    await fleet.stop();
  });
  const { text, workers } = await runBot(plan, console, fleet);
  if (!signal.aborted) {
    await reloadOnSave({
      bot: plan.bot,
      replace: () => workers.replace(),
      say: console.say,
      signal,
    });
    console.say(text);
    console.begin();
    workers.prepare();
  }
  await stopping;
  workers.close();
  console.say('Chatlane has stopped.');
}

/**
 * An instance with port 0 gets a temporary folder: folders are named after ports, and its port may go to another
 * instance after it ends.
 */
function takeFolder(requested: Plan): { plan: Plan; release: () => void } {
  if (requested.mode !== 'simulator' || requested.playgroundPort !== 0) {
    return { plan: requested, release: lockFolder(requested.folder) };
  }
  mkdirSync(dataRoot, { recursive: true });
  const folder = mkdtempSync(join(dataRoot, 'run-'));
  const release = () => rmSync(folder, { recursive: true, force: true });
  return { plan: { ...requested, folder }, release };
}

async function checkPorts(plan: Plan): Promise<void> {
  const wanted: [setting: string, port: number, advice: string][] = [];
  if (plan.mode === 'simulator') {
    const advice = 'choose another one: --port 8081';
    wanted.push(['PLAYGROUND_PORT (--port)', plan.playgroundPort, advice]);
  }
  if (plan.mode !== 'polling') {
    const advice = 'choose another one, or 0 for any';
    wanted.push(['INGRESS_PORT', Number(plan.env['INGRESS_PORT']), advice]);
  }
  const faults: string[] = [];
  for (const [setting, port, advice] of wanted) {
    if (!(port > 0 && (await isTaken(port)))) continue;
    faults.push(`${setting}: port ${port} is in use, maybe by another Chatlane; ${advice}`);
  }
  if (faults.length > 0) throw new LaunchError(faults, 1);
}

function stopDeadlineMs(plan: Plan): number {
  return (Number(plan.env['SHUTDOWN_DEADLINE_MS']) || 25_000) + 5_000;
}

async function explain(error: unknown, plan: Plan): Promise<unknown> {
  if (isRefusal(error)) return new LaunchError(await allFaults([], plan.env), 2);
  if (error instanceof NoRedisError) return new LaunchError(error.faults, 1);
  if (error instanceof AppStartError) return new LaunchError([startFailure(error)], 1);
  return error;
}
