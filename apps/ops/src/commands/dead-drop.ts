import {
  addDeadLetterSelection,
  readDeadLetterSelection,
  type DeadLetterSelectionOptions,
} from '../dead-letter-selection.js';
import { jsonOption, yesOption, type AddCommand } from '../command.js';
import { counted } from '../output/format.js';
import { Refusal } from '../refusal.js';

export const addDeadDrop: AddCommand = (parent, run) => {
  addDeadLetterSelection(parent.command('drop'))
    .description('delete dead letters permanently')
    .addOption(yesOption())
    .addOption(jsonOption())
    .action((id: string | undefined, options: DeadLetterSelectionOptions) => {
      const choice = readDeadLetterSelection(id, options);
      return run(options, async ({ deployment: { operator }, ...toolbox }) => {
        const { deadLetters } = operator;
        if ('id' in choice) {
          const unknown = new Refusal(`There is no dead letter ${choice.id}.`, 1);
          if (!(await deadLetters.get(choice.id))) throw unknown;
          await toolbox.confirm(`Dead letter ${choice.id} will be lost.`);
          if (!(await deadLetters.drop(choice.id))) throw unknown;
          return { json: { dropped: 1 }, text: `${choice.id} was deleted.` };
        }
        const count = await deadLetters.count(choice.filter);
        if (count > 0)
          await toolbox.confirm(
            `All ${counted(count, 'dead letter')} ${choice.phrase} will be lost.`,
          );
        const dropped = await deadLetters.dropAll(choice.filter);
        return { json: { dropped }, text: `${counted(dropped, 'dead letter')} deleted.` };
      });
    });
};
