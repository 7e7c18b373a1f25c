import {
  addDownloadSelection,
  readDownloadSelection,
  type DownloadSelectionOptions,
} from '../download-selection.js';
import { jsonOption, yesOption, type AddCommand } from '../command.js';
import { counted } from '../output/format.js';
import { Refusal } from '../refusal.js';

export const addFilesPurge: AddCommand = (parent, run) => {
  addDownloadSelection(parent.command('purge'))
    .description('delete failed downloads permanently')
    .addOption(yesOption())
    .addOption(jsonOption())
    .action((id: string | undefined, options: DownloadSelectionOptions) => {
      const choice = readDownloadSelection(id, options);
      return run(options, async ({ deadDownloads, ...toolbox }) => {
        if ('id' in choice) {
          const unknown = new Refusal(`There is no failed download ${choice.id}.`, 1);
          if (!(await deadDownloads.get(choice.id))) throw unknown;
          await toolbox.confirm(`Download ${choice.id} will be lost.`);
          if (!(await deadDownloads.purge(choice.id))) throw unknown;
          return { json: { purged: 1 }, text: `${choice.id} was deleted.` };
        }
        const chosen = await deadDownloads.list(Infinity, choice.user);
        if (chosen.length > 0) {
          await toolbox.confirm(
            `All ${counted(chosen.length, 'download')} ${choice.phrase} will be lost.`,
          );
        }
        let purged = 0;
        for (const { request } of chosen) {
          if (await deadDownloads.purge(request.id)) purged += 1;
        }
        return { json: { purged }, text: `${counted(purged, 'download')} deleted.` };
      });
    });
};
