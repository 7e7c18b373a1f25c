import { readCount, jsonOption, type AddCommand, type CommonOptions } from '../command.js';

export const addBroadcastReport: AddCommand = (parent, run) => {
  parent
    .command('report')
    .argument('<id>', 'a broadcast', readCount)
    .description('print the outcome for each recipient, as CSV or JSON lines')
    .option('--csv', 'the default')
    .addOption(jsonOption())
    .action((id: number, options: CommonOptions) =>
      run(options, async (toolbox) => {
        const { broadcasts, signal } = toolbox;
        await broadcasts.status(id);
        if (!options.json) await toolbox.printData('chat_id,outcome,why');
        for await (const { chatId, outcome, why = '' } of broadcasts.results(id)) {
          if (signal.aborted) break;
          await toolbox.printData(
            options.json
              ? JSON.stringify({ chatId, outcome, why })
              : `${chatId},${outcome},${quoted(why)}`,
          );
        }
        return undefined;
      }),
    );
};

function quoted(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
