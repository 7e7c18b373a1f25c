import { readUpdateBody } from '@chatlane/contracts';
import type { Intake, ParkedBody } from '@chatlane/lanes';
import {
  addBodySelection,
  unknownBody,
  readBodySelection,
  type BodySelectionOptions,
} from '../body-selection.js';
import { jsonOption, type AddCommand, unneededYesOption } from '../command.js';
import { counted } from '../output/format.js';
import { Refusal } from '../refusal.js';

export const addParkedReplay: AddCommand = (parent, run) => {
  addBodySelection(parent.command('replay'))
    .description(
      'parse parked bodies again and deliver those that this version recognizes as updates',
    )
    .addOption(unneededYesOption())
    .addOption(jsonOption())
    .action((given: string | undefined, options: BodySelectionOptions) => {
      const id = readBodySelection(given, options);
      return run(options, async ({ deployment, signal }) => {
        const { parked } = deployment.operator;
        const intake = deployment.intake();
        try {
          if (id !== undefined) {
            const body = await parked.get(id);
            if (!body) throw unknownBody(id);
            const reason = await replay(body, intake);
            if (reason !== undefined) throw new Refusal(`${id} stays parked: ${reason}.`, 1);
            await parked.drop(body);
            return { json: { putBack: 1, parked: 0 }, text: `${id} was delivered to its lane.` };
          }
          const count = { putBack: 0, parked: 0 };
          for await (const body of parked.all()) {
            if (signal.aborted) break;
            if ((await replay(body, intake)) !== undefined) count.parked += 1;
            else if (await parked.drop(body)) count.putBack += 1;
          }
          const bodies = counted(count.putBack, 'body', 'bodies');
          return {
            json: count,
            text: `${bodies} delivered to their lanes, ${count.parked} still parked.`,
          };
        } finally {
          await intake.close();
        }
      });
    });
};

/** Undefined when the update was delivered, now or before; otherwise the reason why not. */
async function replay({ raw: bytes }: ParkedBody, intake: Intake): Promise<string | undefined> {
  // A command that cancelled a turn when it arrived must not cancel one now.
  const read = readUpdateBody(bytes, { cancelCommands: [] });
  if (!read.update) return read.parkedFor;
  const stored = await intake.push(read.update, read.raw, { evenIfFull: true });
  return stored === 'stored' || stored === 'duplicate' ? undefined : stored;
}
