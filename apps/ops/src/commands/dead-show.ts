import { jsonOption, type AddCommand, type CommonOptions } from '../command.js';
import { indented, sheet } from '../output/table.js';
import { bytes, moment } from '../output/format.js';
import { Refusal } from '../refusal.js';
import { withoutTexts } from './dead-list.js';

interface Options extends CommonOptions {
  raw?: boolean;
}

export const addDeadShow: AddCommand = (parent, run) => {
  parent
    .command('show')
    .argument('<id>', 'as `dead list` shows it')
    .description("show one dead letter with its error, without users' texts")
    .option('--raw', "include the event and its session, which contain users' texts")
    .addOption(jsonOption())
    .action((id: string, options: Options) =>
      run(options, async ({ deployment: { operator } }) => {
        const letter = await operator.deadLetters.get(id);
        if (!letter) throw new Refusal(`There is no dead letter ${id}.`, 1);
        const { error, raw, session } = letter;
        const bodies = { raw: raw.toString(), session };
        const text = sheet([
          ['id', letter.id],
          ['lane', letter.lane],
          ['kind', letter.kind],
          ['arrived', moment(letter.arrivedAt)],
          ['given up', `${moment(letter.buriedAt)}, after attempt ${letter.attempts}`],
          ['event', bytes(raw.length)],
          ['session', session === undefined ? 'none' : bytes(Buffer.byteLength(session))],
          ['error', `${error.name}: ${error.message}`],
        ]);
        const shown = [text];
        // A stack starts with the error itself, which is already shown.
        const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
        if (frames.length > 0) shown.push('', ...frames);
        if (options.raw)
          shown.push('', indented(bodies.raw), indented(`session: ${session ?? 'none'}`));
        return {
          json: { ...withoutTexts(letter), error, ...(options.raw && bodies) },
          text: shown.join('\n'),
        };
      }),
    );
};
