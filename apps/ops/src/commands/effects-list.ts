import { jsonOption, type AddCommand, type CommonOptions } from '../command.js';
import { table } from '../output/table.js';
import { span } from '../output/format.js';

export const addEffectsList: AddCommand = (parent, run) => {
  parent
    .command('list')
    .description('list calls and effects whose outcome is unknown, oldest first')
    .addOption(jsonOption())
    .action((options: CommonOptions) =>
      run(options, async ({ deployment }) => {
        const [found, now] = await Promise.all([
          deployment.operator.unknownEffects.list(),
          deployment.now(),
        ]);
        const text = table(
          [
            'LANE',
            'STATE',
            'EVENT',
            'EFFECT',
            { head: 'WHAT', side: 'fits' },
            'BEGUN',
            { head: 'TIMES', side: 'right' },
          ],
          found.map(({ lane, state, eventId, key, what, at, times }) => [
            ...[lane, state, eventId, key, what],
            ...[`${span(Math.max(0, now - at))} ago`, times],
          ]),
          'The outcome of every effect is known.',
        );
        return { json: found, text };
      }),
    );
};
