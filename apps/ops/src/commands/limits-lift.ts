import { createPauses } from '@chatlane/telegram';
import { InvalidArgumentError } from 'commander';
import { jsonOption, yesOption, type AddCommand, type CommonOptions } from '../command.js';
import { Refusal } from '../refusal.js';

export const addLimitsLift: AddCommand = (parent, run) => {
  parent
    .command('lift')
    .description('end a pause early; workers resume sending within a second')
    .argument('<scope...>', 'as shown by `limits`: chat <id>, method <name>, bulk, bot', readWord)
    .addOption(yesOption())
    .addOption(jsonOption())
    .action((words: string[], options: CommonOptions) => {
      const scope = words.join(' ');
      return run(options, async ({ deployment: { redis, name }, ...toolbox }) => {
        const pauses = createPauses({ redis, name });
        const found = (await pauses.list()).find((entry) => entry.scope === scope);
        if (!found) throw new Refusal(`${scope} is not paused.`, 1);
        await toolbox.confirm(
          `Calls that come too early prolong a flood wait. Sending to ${scope} will resume.`,
        );
        await pauses.lift(scope);
        return { json: { lifted: scope }, text: `${scope} is open.` };
      });
    });
};

function readWord(word: string, before: string[] | undefined): string[] {
  const words = [...(before ?? []), word];
  if (words.length <= 2) return words;
  throw new InvalidArgumentError('A scope is chat <id>, method <name>, bulk, bot or telegram.');
}
