import {
  jsonOption,
  readLane,
  type AddCommand,
  type CommonOptions,
  unneededYesOption,
} from '../command.js';
import { Refusal } from '../refusal.js';

export const addLanesRelease: AddCommand = (parent, run) => {
  parent
    .command('release')
    .argument('<lane>', 'its name', readLane)
    .description('take the lane from its holder, also one that is alive and stuck, or end its rest')
    .addOption(unneededYesOption())
    .addOption(jsonOption())
    .action((lane: string, options: CommonOptions) =>
      run(options, async ({ deployment }) => {
        if (!(await deployment.operator.release(lane))) {
          throw new Refusal(`${lane} is neither held nor resting: there is nothing to release.`, 1);
        }
        return {
          json: { lane, result: 'released' },
          text: `${lane} is released: its holder can save nothing more, and any worker may take it. A handler that ignores its signal may still run.`,
        };
      }),
    );
};
