import { DeploymentRefused } from '@chatlane/lanes';
import { jsonOption, yesOption, type AddCommand, type CommonOptions } from '../command.js';
import { Refusal } from '../refusal.js';

export const addAdopt: AddCommand = (parent, run) => {
  parent
    .command('adopt')
    .description(
      "transfer a stopped deployment to the bot of BOT_TOKEN, for example after the bot's account changed",
    )
    .addOption(yesOption())
    .addOption(jsonOption())
    .action((options: CommonOptions) =>
      run(options, async ({ config, deployment, botId, ...toolbox }) => {
        const { name } = deployment;
        const to = config.telegram?.botId;
        if (to === undefined) {
          throw new Refusal('BOT_TOKEN: is missing; set it to the token of the new bot.', 2);
        }
        await toolbox.confirm(
          `${name} will be transferred from ${botId === undefined ? 'no bot' : `bot ${botId}`} to bot ${to}; sessions and waiting updates are kept.`,
        );
        try {
          const done = await deployment.adopt(to);
          return { json: done, text: `${name} belongs to bot ${to}. You can start its processes.` };
        } catch (error) {
          if (error instanceof DeploymentRefused) throw new Refusal(error.message, 1);
          throw error;
        }
      }),
    );
};
