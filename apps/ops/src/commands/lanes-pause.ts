import {
  jsonOption,
  readLane,
  type AddCommand,
  type CommonOptions,
  unneededYesOption,
} from '../command.js';

const outcomes = {
  already: 'was already paused',
  paused: 'is paused: events still arrive, but none is handled until it is resumed',
  'after-turn': 'will be paused after the running turn',
} as const;

export const addLanesPause: AddCommand = (parent, run) => {
  parent
    .command('pause')
    .argument('<lane>', 'its name', readLane)
    .description('pause a lane until it is resumed; a running turn may finish first')
    .addOption(unneededYesOption())
    .addOption(jsonOption())
    .action((lane: string, options: CommonOptions) =>
      run(options, async ({ deployment }) => {
        const result = await deployment.operator.pause(lane);
        return { json: { lane, result }, text: `${lane} ${outcomes[result]}.` };
      }),
    );
};
