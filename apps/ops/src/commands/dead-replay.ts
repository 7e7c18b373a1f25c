import { sleep } from '@chatlane/runtime';
import { addChoice, readChoice, type ChoiceOptions } from '../chosen-letters.js';
import { jsonOption, readCount, type AddCommand, unneededYesOption } from '../command.js';
import { counted } from '../output/words.js';
import { Refusal } from '../refusal.js';

interface Options extends ChoiceOptions {
  perSecond: number;
}

export const addDeadReplay: AddCommand = (parent, run) => {
  addChoice(parent.command('replay'))
    .description('put dead letters back at the front of their lanes, in order')
    .option(
      '--per-second <count>',
      'how many on average; those of one lane go together',
      readCount,
      50,
    )
    .addOption(unneededYesOption())
    .addOption(jsonOption())
    .action((id: string | undefined, options: Options) => {
      const choice = readChoice(id, options);
      return run(options, async ({ deployment: { operator }, signal }) => {
        const { deadLetters } = operator;
        if ('id' in choice) {
          if (!(await deadLetters.replay(choice.id))) {
            throw new Refusal(`There is no dead letter ${choice.id}.`, 1);
          }
          return { json: { putBack: 1 }, text: `${choice.id} is back in its lane.` };
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
          throw new Refusal(`Stopped: ${soFar} of ${total} put back, the others kept.`, 1);
        }
        return {
          json: { putBack: soFar },
          text: `${counted(soFar, 'dead letter')} put back; \`lanes list\` shows what still waits.`,
        };
      });
    });
};
