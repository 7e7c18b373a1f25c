import { jsonOption, type AddCommand, type CommonOptions } from '../command.js';
import { indented, sheet } from '../output/table.js';
import { bytes, moment } from '../output/format.js';
import { unknownBody } from '../body-selection.js';
import { withoutBody } from './parked-list.js';

export const addParkedShow: AddCommand = (parent, run) => {
  parent
    .command('show')
    .argument('<id>', 'as `parked list` shows it')
    .description("show one parked body, which may contain users' texts")
    .addOption(jsonOption())
    .action((id: string, options: CommonOptions) =>
      run(options, async ({ deployment: { operator } }) => {
        const body = await operator.parked.get(id);
        if (!body) throw unknownBody(id);
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
