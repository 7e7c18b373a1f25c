import {
  addDownloadChoice,
  readDownloadChoice,
  type DownloadChoiceOptions,
} from '../chosen-downloads.js';
import { jsonOption, type AddCommand, unneededYesOption } from '../command.js';
import { counted } from '../output/words.js';
import { Refusal } from '../refusal.js';

export const addFilesRetry: AddCommand = (parent, run) => {
  addDownloadChoice(parent.command('retry'))
    .description(
      'have downloads tried again that were given up; their chats are told how that ends',
    )
    .addOption(unneededYesOption())
    .addOption(jsonOption())
    .action((id: string | undefined, options: DownloadChoiceOptions) => {
      const choice = readDownloadChoice(id, options);
      return run(options, async ({ deployment: { deadDownloads }, signal }) => {
        if ('id' in choice) {
          if (!(await deadDownloads.retry(choice.id))) {
            throw new Refusal(`There is no download ${choice.id} that can be tried again.`, 1);
          }
          return { json: { retried: 1 }, text: `${choice.id} is in the queue again.` };
        }
        const chosen = await deadDownloads.list(Infinity, choice.user);
        let retried = 0;
        for (const { request } of chosen) {
          if (signal.aborted) {
            throw new Refusal(`Stopped: ${retried} of ${chosen.length} are in the queue again.`, 1);
          }
          if (await deadDownloads.retry(request.id)) retried += 1;
        }
        return { json: { retried }, text: `${counted(retried, 'download')} in the queue again.` };
      });
    });
};
