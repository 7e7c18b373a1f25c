import { jsonOption, readLane, type AddCommand } from '../command.js';
import { addStoreOptions, contentOf, within, type StoreOptions } from './sessions.js';

interface Options extends StoreOptions {
  lane?: string;
}

export const addSessionsExport: AddCommand = (parent, run) => {
  addStoreOptions(parent.command('export'))
    .description("print all sessions as JSON lines, including users' texts")
    .option('--lane <lane>', 'only those of one lane', readLane)
    .addOption(jsonOption())
    .action((options: Options) =>
      run(options, (toolbox) =>
        within(options, toolbox, async (storage) => {
          const beginning = options.lane === undefined ? '' : `${options.lane}:`;
          for await (const found of storage.entries()) {
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
