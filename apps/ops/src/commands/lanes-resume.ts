import { addLaneCommand, type AddCommand, type CommonOptions } from '../command.js';
import { Refusal } from '../refusal.js';

export const addLanesResume: AddCommand = (parent, run) => {
  addLaneCommand(parent, 'resume')
    .description('end a pause and reset the attempts of the head')
    .action((lane: string, options: CommonOptions) =>
      run(options, async ({ deployment }) => {
        if (!(await deployment.operator.resume(lane))) {
          throw new Refusal(`${lane} is not paused.`, 1);
        }
        return { json: { lane, result: 'resumed' }, text: `${lane} is resumed.` };
      }),
    );
};
