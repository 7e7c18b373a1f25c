import { jsonOption, type AddCommand } from '../command.js';
import { indented, sheet } from '../output/table.js';
import { bytes, span } from '../output/format.js';
import { Refusal } from '../refusal.js';
import {
  addStoreOptions,
  addWhose,
  contentOf,
  keyOf,
  within,
  type StoreOptions,
} from './sessions.js';

interface Options extends StoreOptions {
  raw?: boolean;
}

export const addSessionsGet: AddCommand = (parent, run) => {
  addStoreOptions(addWhose(parent.command('get')))
    .description('show the size and time to live of a session')
    .option('--raw', "include its content, which contains users' texts")
    .addOption(jsonOption())
    .action((lane: string, user: string | undefined, options: Options) =>
      run(options, (toolbox) =>
        within(options, toolbox, async (storage) => {
          const key = keyOf(lane, user);
          const found = await storage.get(key);
          if (!found) throw new Refusal(`There is no session ${key} in ${storage.label}.`, 1);
          const { json, lifeMs } = found;
          const size = Buffer.byteLength(json);
          const shown = sheet([
            ['key', key],
            ['size', bytes(size)],
            ['life', lifeMs === undefined ? 'forever' : `${span(lifeMs)} more`],
          ]);
          return {
            json: { key, bytes: size, lifeMs, ...(options.raw && { session: contentOf(found) }) },
            text: options.raw ? `${shown}\n\n${indented(json)}` : shown,
          };
        }),
      ),
    );
};
