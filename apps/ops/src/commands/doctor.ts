import { jsonOption, type AddCommand, type CommonOptions } from '../command.js';
import type { Examined, Finding } from '../doctor/finding.js';
import { checkLanes } from '../doctor/lane-checks.js';
import { checkRedis } from '../doctor/redis-checks.js';
import { checkWebhook } from '../doctor/webhook-checks.js';
import { onOneLine } from '../output/table.js';
import { counted } from '../output/words.js';
import { readRedisNodes } from '../redis-nodes.js';
import type { Deployment } from '../service.js';

const marks = { ok: '  ok ', note: '   . ', finding: '  !! ', skipped: '   - ' } as const;

export const addDoctor: AddCommand = (parent, run) => {
  parent
    .command('doctor')
    .description(
      'looks for what is wrong with the deployment, and says what to do; exit code 1: findings',
    )
    .addOption(jsonOption())
    .action((options: CommonOptions) =>
      run(options, async ({ config, deployment }) => {
        const [redis, lanes, clock] = await Promise.all([
          readRedisNodes(deployment.redis),
          deployment.operator.checkUp(),
          compareClocks(deployment),
        ]);
        const examined: Examined = {
          config,
          redis,
          partitions: deployment.partitions,
          botId: deployment.botId,
          unfinished: deployment.unfinished,
          lanes,
          clock,
        };
        const checks = [
          ...checkRedis(examined),
          ...checkLanes(examined),
          ...(await checkWebhook(config, await deployment.now())),
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
  return `${marks[state]} ${onOneLine(message)}${advice ? `\n      -> ${onOneLine(advice)}` : ''}`;
}

async function compareClocks(deployment: Deployment): Promise<Examined['clock']> {
  const asked = Date.now();
  const theirs = await deployment.now();
  const answered = Date.now();
  const uncertainMs = (answered - asked) / 2;
  return { aheadMs: asked + uncertainMs - theirs, uncertainMs };
}
