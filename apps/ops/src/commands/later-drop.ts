import { waitingKey, type BotEvent, type WaitingEvent } from '@chatlane/contracts';
import {
  jsonOption,
  readLane,
  yesOption,
  type AddCommand,
  type CommonOptions,
} from '../command.js';
import { counted } from '../output/format.js';
import { Refusal } from '../refusal.js';

interface Options extends CommonOptions {
  lane: string;
  user?: string;
}

export const addLaterDrop: AddCommand = (parent, run) => {
  parent
    .command('drop')
    .description('delete the events that wait for a chat, or for one user of it')
    .requiredOption('--lane <lane>', 'the lane that they wait for', readLane)
    .option('--user <id>', 'only those with the session of this user')
    .addOption(yesOption())
    .addOption(jsonOption())
    .action(({ lane, user, ...options }: Options) =>
      run(options, async ({ deployment: { operator }, ...toolbox }) => {
        const found: WaitingEvent[] = [];
        for await (const event of operator.later.entries()) {
          const isMeant = event.lane === lane && (user ?? event.sessionUser) === event.sessionUser;
          if (isMeant) found.push(event);
        }
        if (found.length === 0) throw new Refusal(`No events wait for ${lane}.`, 1);
        await toolbox.confirm(`${counted(found.length, 'event')} of ${lane} will be lost.`);
        for (const { id, sessionUser = '', payload } of found) {
          await operator.later.remove(id);
          const { key } = payload as Partial<BotEvent>;
          // Without its record, an event that becomes due at this moment is not handled either.
          if (key !== undefined) {
            await operator.sessions.remove(waitingKey(`${lane}:${sessionUser}`, key));
          }
        }
        const dropped = found.length;
        return { json: { lane, dropped }, text: `${counted(dropped, 'event')} deleted.` };
      }),
    );
};
