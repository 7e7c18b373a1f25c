import { Option } from 'commander';
import {
  jsonOption,
  readCount,
  unneededYesOption,
  yesOption,
  type AddCommand,
  type CommonOptions,
} from '../command.js';
import { counted } from '../output/format.js';
import { readRate } from './broadcast-create.js';

export const addBroadcastPause: AddCommand = (parent, run) => {
  parent
    .command('pause')
    .argument('<id>', 'a scheduled or running broadcast', readCount)
    .description('stop sending within a second, until it is resumed')
    .option('--why <text>', 'shown by status')
    .addOption(unneededYesOption())
    .addOption(jsonOption())
    .action((id: number, options: CommonOptions & { why?: string }) =>
      run(options, async ({ broadcasts }) => {
        await broadcasts.pause(id, options.why);
        return { json: { id, state: 'paused' }, text: `Broadcast ${id} is paused.` };
      }),
    );
};

export const addBroadcastResume: AddCommand = (parent, run) => {
  parent
    .command('resume')
    .argument('<id>', 'a paused broadcast', readCount)
    .description('go on with a broadcast that was paused')
    .addOption(
      new Option(
        '--unknown <policy>',
        'retry: send again to recipients who may or may not have received it, even after the end',
      )
        .choices(['keep', 'retry'])
        .default('keep'),
    )
    .addOption(unneededYesOption())
    .addOption(jsonOption())
    .action((id: number, options: CommonOptions & { unknown: 'keep' | 'retry' }) =>
      run(options, async ({ broadcasts }) => {
        await broadcasts.resume(id, { unknown: options.unknown });
        return { json: { id, state: 'running' }, text: `Broadcast ${id} goes on.` };
      }),
    );
};

export const addBroadcastCancel: AddCommand = (parent, run) => {
  parent
    .command('cancel')
    .argument('<id>', 'a broadcast that has not ended', readCount)
    .description('end a broadcast for good')
    .addOption(yesOption())
    .addOption(jsonOption())
    .action((id: number, options: CommonOptions) =>
      run(options, async (toolbox) => {
        const { broadcasts } = toolbox;
        const { counts } = await broadcasts.status(id);
        await toolbox.confirm(`${counted(counts.pending, 'chat')} will not get broadcast ${id}.`);
        await broadcasts.cancel(id);
        return { json: { id, state: 'cancelled' }, text: `Broadcast ${id} is cancelled.` };
      }),
    );
};

export const addBroadcastRate: AddCommand = (parent, run) => {
  parent
    .command('rate')
    .argument('<id>', 'a broadcast that has not ended', readCount)
    .argument('<per second>', 'messages per second at most; 0 for no limit of its own', readRate)
    .description('change the rate of a broadcast, also while it runs')
    .addOption(unneededYesOption())
    .addOption(jsonOption())
    .action((id: number, perSecond: number, options: CommonOptions) =>
      run(options, async ({ broadcasts }) => {
        await broadcasts.setRate(id, perSecond);
        const rate =
          perSecond === 0 ? 'as fast as the bulk rate allows' : `at ${perSecond}/s at most`;
        return { json: { id, perSecond }, text: `Broadcast ${id} sends ${rate}.` };
      }),
    );
};
