import { jsonOption, type AddCommand, type CommonOptions } from '../command.js';
import { indented, sheet } from '../output/table.js';
import { bytes, moment } from '../output/words.js';
import { noSuchBody } from '../chosen-bodies.js';
import { withoutBody } from './parked-list.js';

export const addParkedShow: AddCommand = (parent, run) => {
  parent
    .command('show')
    .argument('<id>', 'as `parked list` shows it')
    .description("one parked body, whole: users' texts may be in it")
    .addOption(jsonOption())
    .action((id: string, options: CommonOptions) =>
      run(options, async ({ deployment: { operator } }) => {
        const body = await operator.parked.get(id);
        if (!body) throw noSuchBody(id);
        const raw = body.raw.toString();
        const text = sheet([
          ['id', body.id],
          ['parked', moment(body.parkedAt)],
          ['why', body.reason],
          ['size', bytes(body.raw.length)],
        ]);
        return { json: { ...withoutBody(body), raw }, text: `${text}\n\n${indented(raw)}` };
      }),
    );
};
