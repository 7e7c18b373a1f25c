import { addLaneCommand, type AddCommand, type CommonOptions } from '../command.js';

const outcomes = {
  already: 'was already paused',
  paused: 'is paused: events still arrive, but none is handled until it is resumed',
  'after-turn': 'will be paused after the running turn',
} as const;

export const addLanesPause: AddCommand = (parent, run) => {
  addLaneCommand(parent, 'pause')
    .description('pause a lane until it is resumed; a running turn may finish first')
    .action((lane: string, options: CommonOptions) =>
      run(options, async ({ deployment }) => {
        const result = await deployment.operator.pause(lane);
        return { json: { lane, result }, text: `${lane} ${outcomes[result]}.` };
      }),
    );
};
