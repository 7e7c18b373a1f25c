import { jsonOption, readLane, type AddCommand } from '../command.js';
import { addStoreOptions, contentOf, within, type StoreOptions } from './sessions.js';

interface Options extends StoreOptions {
  lane?: string;
}

export const addSessionsExport: AddCommand = (parent, run) => {
  addStoreOptions(parent.command('export'))
    .description("all sessions as lines of JSON: users' texts are in them")
    .option('--lane <lane>', 'only those of one chat', readLane)
    .addOption(jsonOption())
    .action((options: Options) =>
      run(options, (toolbox) =>
        within(options, toolbox, async (place) => {
          const beginning = options.lane === undefined ? '' : `${options.lane}:`;
          for await (const found of place.entries()) {
            if (toolbox.signal.aborted) break;
            const { key, lifeMs } = found;
            if (!key.startsWith(beginning)) continue;
            await toolbox.printData(JSON.stringify({ key, lifeMs, session: contentOf(found) }));
          }
          return undefined;
        }),
      ),
    );
};
