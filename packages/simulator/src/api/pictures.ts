import type { Simulator } from '../simulator.js';
import type { Arguments } from './arguments.js';
import { isThumbnail, type Pictures } from './media-field.js';
import { givenFile } from './media.js';
import { uploaded, type Upload } from './upload.js';

/**
 * The thumbnail and cover of a file. A thumbnail must be uploaded; a cover can also be a file_id or a URL.
 *
 * @param args the object that names them
 * @param call the arguments of the whole call, with its uploads
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
