import { jsonOption, type AddCommand, type CommonOptions } from '../command.js';
import { counted } from '../output/format.js';
import { readRedisNodes } from '../redis-nodes.js';

export const addPing: AddCommand = (parent, run) => {
  parent
    .command('ping')
    .description('check that Redis answers at REDIS_URL; exit code 1 when it does not')
    .addOption(jsonOption())
    .action((options: CommonOptions) =>
      run(options, async ({ deployment }) => {
        const masters = await readRedisNodes(deployment.redis);
        const version = masters[0]?.version ?? '';
        return {
          json: { version, masters: masters.map(({ facts }) => facts.node) },
          text: `Redis ${version} answers (${counted(masters.length, 'master')}).`,
        };
      }),
    );
};
