import {
  addDownloadSelection,
  readDownloadSelection,
  type DownloadSelectionOptions,
} from '../download-selection.js';
import { jsonOption, type AddCommand, unneededYesOption } from '../command.js';
import { counted } from '../output/format.js';
import { Refusal } from '../refusal.js';

export const addFilesRetry: AddCommand = (parent, run) => {
  addDownloadSelection(parent.command('retry'))
    .description('retry failed downloads; their chats are notified of the outcome')
    .addOption(unneededYesOption())
    .addOption(jsonOption())
    .action((id: string | undefined, options: DownloadSelectionOptions) => {
      const choice = readDownloadSelection(id, options);
      return run(options, async ({ deadDownloads, signal }) => {
        if ('id' in choice) {
          if (!(await deadDownloads.retry(choice.id))) {
            throw new Refusal(`There is no download ${choice.id} that can be retried.`, 1);
          }
          return { json: { retried: 1 }, text: `${choice.id} was queued again.` };
        }
        const chosen = await deadDownloads.list(Infinity, choice.user);
        let retried = 0;
        for (const { request } of chosen) {
          if (signal.aborted) {
            throw new Refusal(`Stopped: ${retried} of ${chosen.length} were queued again.`, 1);
          }
          if (await deadDownloads.retry(request.id)) retried += 1;
        }
        return { json: { retried }, text: `${counted(retried, 'download')} queued again.` };
      });
    });
};
