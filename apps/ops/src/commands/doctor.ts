import type { Deployment, Operator } from '@chatlane/lanes';
import { jsonOption, type AddCommand, type CommonOptions } from '../command.js';
import type { Examined, Finding } from '../doctor/finding.js';
import { checkLanes } from '../doctor/lane-checks.js';
import { checkMail } from '../doctor/mail-checks.js';
import { checkOutage } from '../doctor/outage-check.js';
import { checkRedis } from '../doctor/redis-checks.js';
import { checkWebhook } from '../doctor/webhook-checks.js';
import { paragraph } from '../output/table.js';
import { counted } from '../output/format.js';
import { readOutage } from '../read-outage.js';
import { readRedisNodes } from '../redis-nodes.js';

/** How many lanes of one state are examined. */
const MOST_LANES = 1_000;

const marks = { ok: '  ok ', note: '   . ', finding: '  !! ', skipped: '   - ' } as const;

export const addDoctor: AddCommand = (parent, run) => {
  parent
    .command('doctor')
    .description(
      'check the deployment for problems and suggest remedies; exit code 1 when there are findings',
    )
    .addOption(jsonOption())
    .action((options: CommonOptions) =>
      run(options, async ({ config, deployment, botId, upgrade, deadDownloads }) => {
        const { operator } = deployment;
        const [redis, lanes, clock, mail] = await Promise.all([
          readRedisNodes(deployment.redis),
          operator.diagnose(),
          compareClocks(deployment),
          readMail(operator),
        ]);
        const wanted = await deployment.readAllowedUpdates();
        const examined: Examined = {
          config,
          redis,
          botId,
          upgrade,
          lanes,
          clock,
          ...mail,
          deadDownloads: await deadDownloads.count(),
          outage: await readOutage(deployment.redis, deployment.name),
          now: await deployment.now(),
        };
        const checks = [
          ...checkRedis(examined),
          ...checkLanes(examined),
          ...checkMail(examined),
          checkOutage(examined),
          ...(await checkWebhook(config, wanted, examined.now)),
        ];
        const bad = checks.filter(({ state }) => state === 'finding');
        const summary =
          bad.length === 0 ? 'Healthy.' : `${counted(bad.length, 'finding')}, marked with !!.`;
        return {
          json: { healthy: bad.length === 0, checks },
          text: [...checks.map(line), '', summary].join('\n'),
          exitCode: bad.length === 0 ? 0 : 1,
        };
      }),
    );
};

function line({ state, message, advice }: Finding): string {
  const lines = [paragraph(`${marks[state]} `, message)];
  if (advice) lines.push(paragraph('      -> ', advice));
  return lines.join('\n');
}

async function readMail({
  lanes,
  deadLetters,
  parked,
}: Operator): Promise<Pick<Examined, 'deadLetters' | 'parked' | 'resting' | 'paused'>> {
  const [letters, bodies, resting, paused] = await Promise.all([
    deadLetters.count(),
    parked.count(),
    lanes.list({ state: 'resting', limit: MOST_LANES }),
    lanes.list({ state: 'paused', limit: MOST_LANES }),
  ]);
  return { deadLetters: letters, parked: bodies, resting, paused };
}

async function compareClocks(deployment: Deployment): Promise<Examined['clock']> {
  const sentAt = Date.now();
  const theirs = await deployment.now();
  const answered = Date.now();
  const uncertainMs = (answered - sentAt) / 2;
  return { aheadMs: sentAt + uncertainMs - theirs, uncertainMs };
}
