import { addLaneCommand, type AddCommand, type CommonOptions } from '../command.js';
import { Refusal } from '../refusal.js';

export const addLanesRelease: AddCommand = (parent, run) => {
  addLaneCommand(parent, 'release')
    .description('take a lane away from its worker, even a live but stuck one, or end its back-off')
    .action((lane: string, options: CommonOptions) =>
      run(options, async ({ deployment }) => {
        if (!(await deployment.operator.release(lane))) {
          throw new Refusal(
            `${lane} is neither held nor resting, so there is nothing to release.`,
            1,
          );
        }
        return {
          json: { lane, result: 'released' },
          text: `${lane} is released: its previous worker can no longer save anything, and any worker may open it. A handler that ignores its signal may still be running.`,
        };
      }),
    );
};
