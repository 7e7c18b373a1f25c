import type { Simulator } from '../simulator.js';
import type { Arguments } from './arguments.js';
import { isThumbnail, type Pictures } from './media-field.js';
import { givenFile } from './media.js';
import { uploaded, type Upload } from './upload.js';

/**
 * The thumbnail and the cover that come with a file. A thumbnail is uploaded with it; a cover can also be a file_id or a URL.
 *
 * @param args where they are named
 * @param call the whole call's, with its uploads
 * @throws ApiError
 */
export async function picturesOf(
  simulator: Simulator,
  args: Arguments,
  call: Arguments,
): Promise<Pictures> {
  const uploadOf = (name: string): Upload | undefined =>
    call.file(args.text(name).replace(/^attach:\/\//, '')) ?? args.file(name);
  const thumbnail = uploadOf('thumbnail') ?? uploadOf('thumb');
  const cover = args.has('cover')
    ? await givenFile(simulator, call, {
        value: args.text('cover'),
        upload: args.file('cover'),
        kind: 'photo',
      })
    : undefined;
  return {
    ...(thumbnail &&
      isThumbnail(thumbnail.bytes) && {
        thumbnail: simulator.world.files.add(uploaded(thumbnail, 'photo')),
      }),
    cover,
  };
}
