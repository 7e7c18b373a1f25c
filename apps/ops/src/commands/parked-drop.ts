import {
  addBodySelection,
  unknownBody,
  readBodySelection,
  type BodySelectionOptions,
} from '../body-selection.js';
import { jsonOption, yesOption, type AddCommand } from '../command.js';
import { counted } from '../output/format.js';

export const addParkedDrop: AddCommand = (parent, run) => {
  addBodySelection(parent.command('drop'))
    .description('delete parked bodies permanently')
    .addOption(yesOption())
    .addOption(jsonOption())
    .action((given: string | undefined, options: BodySelectionOptions) => {
      const id = readBodySelection(given, options);
      return run(options, async ({ deployment: { operator }, signal, ...toolbox }) => {
        const { parked } = operator;
        if (id !== undefined) {
          const body = await parked.get(id);
          if (!body) throw unknownBody(id);
          await toolbox.confirm(`The parked body ${id} will be lost.`);
          if (!(await parked.drop(body))) throw unknownBody(id);
          return { json: { dropped: 1 }, text: `${id} was deleted.` };
        }
        const count = await parked.count();
        const many = (bodies: number): string => counted(bodies, 'parked body', 'parked bodies');
        if (count > 0) await toolbox.confirm(`All ${many(count)} will be lost.`);
        let dropped = 0;
        for await (const body of parked.all()) {
          // Bodies parked after the confirmation are kept.
          if (dropped === count || signal.aborted) break;
          if (await parked.drop(body)) dropped += 1;
        }
        return { json: { dropped }, text: `${many(dropped)} deleted.` };
      });
    });
};
