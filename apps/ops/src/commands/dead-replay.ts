import { sleep } from '@chatlane/runtime';
import {
  addDeadLetterSelection,
  readDeadLetterSelection,
  type DeadLetterSelectionOptions,
} from '../dead-letter-selection.js';
import { jsonOption, readCount, type AddCommand, unneededYesOption } from '../command.js';
import { counted } from '../output/format.js';
import { Refusal } from '../refusal.js';

interface Options extends DeadLetterSelectionOptions {
  perSecond: number;
}

export const addDeadReplay: AddCommand = (parent, run) => {
  addDeadLetterSelection(parent.command('replay'))
    .description('return dead letters to the front of their lanes, in order')
    .option(
      '--per-second <count>',
      'the average rate; dead letters of one lane are returned together',
      readCount,
      50,
    )
    .addOption(unneededYesOption())
    .addOption(jsonOption())
    .action((id: string | undefined, options: Options) => {
      const choice = readDeadLetterSelection(id, options);
      return run(options, async ({ deployment: { operator }, signal }) => {
        const { deadLetters } = operator;
        if ('id' in choice) {
          if (!(await deadLetters.replay(choice.id))) {
            throw new Refusal(`There is no dead letter ${choice.id}.`, 1);
          }
          return { json: { putBack: 1 }, text: `${choice.id} was returned to its lane.` };
        }
        const total = await deadLetters.count(choice.filter);
        const started = performance.now();
        let soFar = 0;
        try {
          await deadLetters.replayAll(choice.filter, async (replayed) => {
            soFar = replayed;
            const due = started + (replayed / options.perSecond) * 1_000;
            if (replayed < total) await sleep(Math.max(0, due - performance.now()), signal);
            signal.throwIfAborted();
          });
        } catch (error) {
          if (!signal.aborted) throw error;
          throw new Refusal(`Stopped: ${soFar} of ${total} returned, the others kept.`, 1);
        }
        return {
          json: { putBack: soFar },
          text: `${counted(soFar, 'dead letter')} returned; \`lanes list\` shows what is still waiting.`,
        };
      });
    });
};
