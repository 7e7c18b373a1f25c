import type { FileEvents } from '@chatlane/contracts';
import type { Update } from 'telegraf/types';

type FileKind = keyof FileEvents;

/** An event about files, as a bot sees it: like an update of its own kind. */
export type FileUpdate<Kind extends FileKind> = Update & Pick<FileEvents, Kind>;

/**
 * For `bot.on(fileReady, (ctx) => ctx.update.file_ready.files)`: files that were asked for are stored: one, or those of
 * an album. Those of the album that could not be had are in `failures`.
 */
export const fileReady = of('file_ready');

/** For `bot.on(fileFailed, (ctx) => ctx.update.file_failed.failures)`: none of what was asked for could be had. */
export const fileFailed = of('file_failed');

/** For `bot.on(fileProcessed, (ctx) => ctx.update.file_processed.result)`: a processor ran over a stored file. */
export const fileProcessed = of('file_processed');

/** For `bot.on(filesForgotten, (ctx) => ctx.update.files_forgotten.count)`: a user's files are deleted. */
export const filesForgotten = of('files_forgotten');

function of<Kind extends FileKind>(kind: Kind) {
  return (update: Update): update is FileUpdate<Kind> => kind in update;
}

/** The event about files that the update is, if it is one. */
export function fileEventOf(update: Update): FileEvents[FileKind] | undefined {
  if (fileReady(update)) return update.file_ready;
  if (fileFailed(update)) return update.file_failed;
  if (fileProcessed(update)) return update.file_processed;
  return filesForgotten(update) ? update.files_forgotten : undefined;
}
