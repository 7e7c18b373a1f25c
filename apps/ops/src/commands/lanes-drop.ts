import {
  jsonOption,
  readLane,
  yesOption,
  type AddCommand,
  type CommonOptions,
} from '../command.js';
import { counted } from '../output/format.js';
import { Refusal } from '../refusal.js';

export const addLanesDrop: AddCommand = (parent, run) => {
  parent
    .command('drop')
    .argument('<lane>', 'its name', readLane)
    .description("delete a lane's events and state; its sessions and dead letters are kept")
    .addOption(yesOption())
    .addOption(jsonOption())
    .action((name: string, options: CommonOptions) =>
      run(options, async ({ deployment: { operator }, ...toolbox }) => {
        const idle = new Refusal(`${name} is idle: there is nothing to drop.`, 1);
        const lane = await operator.lanes.show(name, { events: 1 });
        if (!lane) throw idle;
        await toolbox.confirm(`${counted(lane.waiting, 'event')} of ${name} will be lost.`);
        const dropped = await operator.drop(name);
        if (dropped === undefined) throw idle;
        return {
          json: { lane: name, dropped },
          text: `${name} is idle; ${counted(dropped, 'event')} dropped.`,
        };
      }),
    );
};
