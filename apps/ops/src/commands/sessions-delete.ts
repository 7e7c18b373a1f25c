import { jsonOption, yesOption, type AddCommand } from '../command.js';
import { Refusal } from '../refusal.js';
import { addStoreOptions, addWhose, keyOf, within, type StoreOptions } from './sessions.js';

export const addSessionsDelete: AddCommand = (parent, run) => {
  addStoreOptions(addWhose(parent.command('delete')))
    .description('forget one session for good; its user starts anew')
    .addOption(yesOption())
    .addOption(jsonOption())
    .action((lane: string, user: string | undefined, options: StoreOptions) =>
      run(options, (toolbox) =>
        within(options, toolbox, async (place) => {
          const key = keyOf(lane, user);
          const none = new Refusal(`There is no session ${key} in ${place.told}.`, 1);
          if (!(await place.get(key))) throw none;
          await toolbox.confirm(`The session ${key} will be lost.`);
          if (!(await place.remove(key))) throw none;
          return { json: { deleted: key }, text: `${key} is forgotten.` };
        }),
      ),
    );
};
