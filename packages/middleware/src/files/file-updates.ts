import type { FileEvents } from '@chatlane/contracts';
import type { Update } from 'telegraf/types';

type FileKind = keyof FileEvents;

/** An event about files in the form in which a bot receives it, as a kind of update. */
export type FileUpdate<Kind extends FileKind> = Update & Pick<FileEvents, Kind>;

/**
 * For `bot.on(fileReady, (ctx) => ctx.update.file_ready.files)`: requested files are stored, one file or those of an
 * album. Files of the album that could not be downloaded are in `failures`.
 */
export const fileReady = isOfKind('file_ready');

/** For `bot.on(fileFailed, (ctx) => ctx.update.file_failed.failures)`: no requested file could be downloaded. */
export const fileFailed = isOfKind('file_failed');

/** For `bot.on(fileProcessed, (ctx) => ctx.update.file_processed.result)`: a processor has run on a stored file. */
export const fileProcessed = isOfKind('file_processed');

/** For `bot.on(filesForgotten, (ctx) => ctx.update.files_forgotten.count)`: a user's files are deleted. */
export const filesForgotten = isOfKind('files_forgotten');

function isOfKind<Kind extends FileKind>(kind: Kind) {
  return (update: Update): update is FileUpdate<Kind> => kind in update;
}

/** The payload of an event about files. Undefined for any other update. */
export function fileEventOf(update: Update): FileEvents[FileKind] | undefined {
  if (fileReady(update)) return update.file_ready;
  if (fileFailed(update)) return update.file_failed;
  if (fileProcessed(update)) return update.file_processed;
  return filesForgotten(update) ? update.files_forgotten : undefined;
}
