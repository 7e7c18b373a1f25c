import { jsonOption, yesOption, type AddCommand } from '../command.js';
import { Refusal } from '../refusal.js';
import { addStoreOptions, addWhose, keyOf, within, type StoreOptions } from './sessions.js';

export const addSessionsDelete: AddCommand = (parent, run) => {
  addStoreOptions(addWhose(parent.command('delete')))
    .description('delete one session permanently; its user starts from scratch')
    .addOption(yesOption())
    .addOption(jsonOption())
    .action((lane: string, user: string | undefined, options: StoreOptions) =>
      run(options, (toolbox) =>
        within(options, toolbox, async (storage) => {
          const key = keyOf(lane, user);
          const none = new Refusal(`There is no session ${key} in ${storage.label}.`, 1);
          if (!(await storage.get(key))) throw none;
          await toolbox.confirm(`The session ${key} will be lost.`);
          if (!(await storage.remove(key))) throw none;
          return { json: { deleted: key }, text: `${key} was deleted.` };
        }),
      ),
    );
};
