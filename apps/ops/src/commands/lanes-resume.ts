import {
  jsonOption,
  readLane,
  type AddCommand,
  type CommonOptions,
  unneededYesOption,
} from '../command.js';
import { Refusal } from '../refusal.js';

export const addLanesResume: AddCommand = (parent, run) => {
  parent
    .command('resume')
    .argument('<lane>', 'its name', readLane)
    .description('end a pause and reset the attempts of the head')
    .addOption(unneededYesOption())
    .addOption(jsonOption())
    .action((lane: string, options: CommonOptions) =>
      run(options, async ({ deployment }) => {
        if (!(await deployment.operator.resume(lane))) {
          throw new Refusal(`${lane} is not paused.`, 1);
        }
        return { json: { lane, result: 'resumed' }, text: `${lane} is resumed.` };
      }),
    );
};
