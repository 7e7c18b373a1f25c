import {
  runTogether,
  type ConfigFault,
  type ProcessConfig,
  type ProcessOptions,
  type Role,
} from '@chatlane/runtime';
import { findBot } from './find-bot.js';
import { present } from './plan.js';
import { runOps } from './run-ops.js';

/** Options of `chatlane start`. */
export interface StartOptions {
  /** The path of the bot's module. */
  bot?: string | undefined;
  /** Roles, separated by commas. Default: all of them. */
  role?: string | undefined;
}

/** In start order: updates are taken last. The worker is first, because it must prepare Telegraf before its import. */
const roles = {
  worker: async () => (await import('@chatlane/worker')).prepareWorker(),
  downloader: async () => (await import('@chatlane/downloader')).downloader,
  ingress: async () => (await import('@chatlane/ingress')).ingress,
} satisfies Record<string, () => Promise<Role<ProcessConfig>>>;
type RoleName = keyof typeof roles;

const opsPortOffset: Record<RoleName, number> = { ingress: 0, worker: 1, downloader: 2 };

/** Runs roles of the bot in this process, which then ends by itself with its exit code. Resolves once they run. */
export async function startInProduction(
  options: StartOptions,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const faults: ConfigFault[] = [];
  const fault = (setting: string, problem: string): void => void faults.push({ setting, problem });
  const env: Record<string, string> = present(environment);
  const chosen = chooseRoles(options.role, fault);
  if (env['REDIS_URL'] === undefined)
    fault('REDIS_URL', 'is missing; set it to the address of Redis');
  if (chosen.includes('worker')) {
    env['BOT_MODULE'] = findBot(options.bot ?? env['BOT_MODULE'], (text) =>
      fault('BOT_MODULE', text.replace(/^BOT_MODULE: /, '')),
    );
  }
  env['INGRESS_MODE'] ??= env['PUBLIC_URL'] === undefined ? 'polling' : 'webhook';
  const takesUpdates = chosen.includes('ingress');
  if (takesUpdates && env['INGRESS_MODE'] === 'webhook' && env['PUBLIC_URL'] === undefined) {
    fault('PUBLIC_URL', 'is missing; INGRESS_MODE=webhook needs the https address of the ingress');
  }
  const processes: ProcessOptions<ProcessConfig>[] = [];
  for (const name of chosen) {
    const role = await roles[name]();
    const own = chosen.length > 1 ? { ...env, ...opsPort(env['OPS_PORT'], name) } : env;
    processes.push({ ...role, env: own });
  }
  await runTogether(processes, {
    name: 'chatlane',
    faults,
    async onReady(logger) {
      if (takesUpdates) logger.info((await setSource(env)).trim());
    },
  });
}

/** Makes Telegram send the updates to the webhook, or keep them for long polling. */
async function setSource(env: Record<string, string>): Promise<string> {
  try {
    return await runOps('webhook', env);
  } catch (error) {
    const { stderr = String(error) } = error as { stderr?: string };
    throw new Error(stderr.trim().replace(/^chatlane-ops: /, ''), { cause: error });
  }
}

function chooseRoles(
  text: string | undefined,
  fault: (setting: string, problem: string) => void,
): RoleName[] {
  const all = Object.keys(roles) as RoleName[];
  if (text === undefined) return all;
  const named = text.split(',').map((name) => name.trim());
  const unknown = named.filter((name) => !all.includes(name as RoleName));
  if (unknown.length > 0)
    fault('--role', `must be ingress, worker, downloader, or several of them`);
  return all.filter((name) => named.includes(name));
}

/** Each role has its own ops server. Port 0, which means any free port, works for all of them. */
function opsPort(text: string | undefined, name: RoleName): { OPS_PORT?: string } {
  const port = Number(text);
  return port > 0 ? { OPS_PORT: String(port + opsPortOffset[name]) } : {};
}
