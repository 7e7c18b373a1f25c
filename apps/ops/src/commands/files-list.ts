import type { DeadDownload } from '@chatlane/downloads';
import { Option } from 'commander';
import { readUser } from '../download-selection.js';
import { jsonOption, readCount, type AddCommand, type CommonOptions } from '../command.js';
import { table } from '../output/table.js';
import { bytes, counted, span } from '../output/format.js';

interface Options extends CommonOptions {
  user?: number;
  limit: number;
  raw?: boolean;
}

export const addFilesList: AddCommand = (parent, run) => {
  parent
    .command('list')
    .description('list downloads that failed for good, newest first')
    .addOption(new Option('--user <id>', 'only those of one user').argParser(readUser))
    .option('--limit <count>', 'the maximum number shown', readCount, 50)
    .option('--raw', 'include file names, which users chose')
    .addOption(jsonOption())
    .action((options: Options) =>
      run(options, async ({ deployment, deadDownloads }) => {
        const { user, limit, raw = false } = options;
        const found = await deadDownloads.list(limit, user);
        const all = found.length < limit ? found.length : await deadDownloads.count(user);
        const now = await deployment.now();
        const rows = table(
          [
            'ID',
            { head: 'USER', side: 'right' },
            'KIND',
            { head: 'SIZE', side: 'right' },
            'GIVEN UP',
            { head: 'WHY', side: 'fits' },
            ...(raw ? ['NAME'] : []),
          ],
          found.map(({ request: { id, userId, media }, failedAt, why }) => [
            id,
            userId,
            media.kind,
            media.size === undefined ? '?' : bytes(media.size),
            `${span(now - failedAt)} ago`,
            why,
            ...(raw ? [JSON.stringify(media.name ?? '')] : []),
          ]),
          'There are no failed downloads.',
        );
        const more = all > found.length ? `\n... ${counted(all, 'download')} in all` : '';
        return { json: raw ? found : found.map(withoutTexts), text: rows + more };
      }),
    );
};

/** A failed download without anything that its user wrote. */
function withoutTexts({ request, failedAt, why }: DeadDownload): object {
  const { id, userId, address, media, mediaGroupId, priority, requestedAt } = request;
  const { kind, size, fileUniqueId } = media;
  const album = mediaGroupId !== undefined && { mediaGroupId };
  const about = { kind, size, fileUniqueId, ...album, priority, requestedAt };
  return { id, userId, lane: address.lane, ...about, failedAt, why };
}
