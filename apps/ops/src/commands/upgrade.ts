import { DeploymentRefused } from '@chatlane/lanes';
import { jsonOption, yesOption, type AddCommand, type CommonOptions } from '../command.js';
import { counted } from '../output/format.js';
import { Refusal } from '../refusal.js';

export const addUpgrade: AddCommand = (parent, run) => {
  parent
    .command('upgrade')
    .description(
      'migrate the data of an older version while all processes are stopped; can be interrupted and repeated',
    )
    .addOption(yesOption())
    .addOption(jsonOption())
    .action((options: CommonOptions) =>
      run(options, async ({ deployment, upgrade, signal, ...toolbox }) => {
        const { name } = deployment;
        if (upgrade !== 'none') {
          await toolbox.confirm(
            `The data of ${name} will be upgraded. Older versions will no longer start on it.`,
          );
        }
        try {
          const done = await deployment.upgrade({ signal });
          const text =
            done.from === undefined
              ? `${name} needs no upgrade.`
              : `${name} is upgraded; ${counted(done.moved, 'key')} moved. Start its processes.`;
          return { json: done, text };
        } catch (error) {
          if (error instanceof DeploymentRefused) throw new Refusal(error.message, 1);
          if (!signal.aborted) throw error;
          throw new Refusal('Interrupted: run it again to continue.', 1);
        }
      }),
    );
};
