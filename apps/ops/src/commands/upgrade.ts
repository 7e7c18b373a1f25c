import { DeploymentRefused, upgradeDeployment } from '@chatlane/lanes';
import { jsonOption, yesOption, type AddCommand, type CommonOptions } from '../command.js';
import { counted } from '../output/words.js';
import { Refusal } from '../refusal.js';

export const addUpgrade: AddCommand = (parent, run) => {
  parent
    .command('upgrade')
    .description(
      'carry the data of an older version over, with all processes stopped; may be interrupted and run again',
    )
    .addOption(yesOption())
    .addOption(jsonOption())
    .action((options: CommonOptions) =>
      run(options, async ({ deployment: { redis, name, upgrade }, signal, ...toolbox }) => {
        if (upgrade !== 'none') {
          await toolbox.confirm(
            `The data of ${name} is upgraded; older versions do not start on it again.`,
          );
        }
        try {
          const done = await upgradeDeployment(redis, name, { signal });
          const text =
            done.from === undefined
              ? `${name} needs no upgrade.`
              : `${name} is upgraded; ${counted(done.moved, 'key')} moved. Start its processes.`;
          return { json: done, text };
        } catch (error) {
          if (error instanceof DeploymentRefused) throw new Refusal(error.message, 1);
          if (!signal.aborted) throw error;
          throw new Refusal('Stopped on the way: run it again to go on.', 1);
        }
      }),
    );
};
