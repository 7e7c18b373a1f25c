import { DeploymentRefused, repartition } from '@chatlane/lanes';
import {
  jsonOption,
  readCount,
  yesOption,
  type AddCommand,
  type CommonOptions,
} from '../command.js';
import { counted } from '../output/words.js';
import { Refusal } from '../refusal.js';

interface Options extends CommonOptions {
  to: number;
}

export const addRepartition: AddCommand = (parent, run) => {
  parent
    .command('repartition')
    .description(
      'change the number of partitions of a stopped deployment; may be interrupted and run again',
    )
    .requiredOption('--to <count>', 'how many there are to be', readCount)
    .addOption(yesOption())
    .addOption(jsonOption())
    .action(({ to, ...options }: Options) =>
      run(options, async ({ deployment: { redis, name, partitions }, signal, ...toolbox }) => {
        if (to > 1_024) throw new Refusal('--to: there are 1,024 partitions at most.', 2);
        await toolbox.confirm(`${name} goes from ${counted(partitions, 'partition')} to ${to}.`);
        try {
          const done = await repartition(redis, name, { to, signal });
          return {
            json: done,
            text:
              `${name} has ${counted(to, 'partition')}; ${counted(done.moved, 'key')} moved. ` +
              `Start its processes with PARTITIONS=${to}.`,
          };
        } catch (error) {
          if (error instanceof DeploymentRefused) throw new Refusal(error.message, 1);
          if (!signal.aborted) throw error;
          throw new Refusal(`Stopped on the way: run it again with --to ${to} to go on.`, 1);
        }
      }),
    );
};
