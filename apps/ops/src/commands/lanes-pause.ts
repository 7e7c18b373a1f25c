import {
  jsonOption,
  readLane,
  type AddCommand,
  type CommonOptions,
  unneededYesOption,
} from '../command.js';

const told = {
  already: 'was paused already',
  paused: 'is paused: mail goes on arriving, nothing is handled until it is resumed',
  'after-turn': 'will be paused when the running turn has ended',
} as const;

export const addLanesPause: AddCommand = (parent, run) => {
  parent
    .command('pause')
    .argument('<lane>', 'its name', readLane)
    .description('let mail wait until the lane is resumed; a running turn may end first')
    .addOption(unneededYesOption())
    .addOption(jsonOption())
    .action((lane: string, options: CommonOptions) =>
      run(options, async ({ deployment }) => {
        const result = await deployment.operator.pause(lane);
        return { json: { lane, result }, text: `${lane} ${told[result]}.` };
      }),
    );
};
