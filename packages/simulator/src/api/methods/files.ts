import type { StoredFile } from '../../world/files.js';
import { writeLocally } from '../local-files.js';
import { badRequest } from '../api-error.js';
import type { MethodFamily } from '../method.js';

const largestDownloadBytes = 20 * 2 ** 20;

/** getFile and the profile photo methods. */
export const fileMethods: MethodFamily = ({ world, clock, faults, localFolder }) => {
  const fetching = new Map<StoredFile, Promise<void>>();

  /** Concurrent callers for one file share one fetch. */
  function fetchOnce(file: StoredFile): Promise<void> {
    const under = fetching.get(file) ?? clock.wait(world.files.fetchMs(file));
    fetching.set(file, under);
    return under.finally(() => fetching.delete(file));
  }

  return {
    async getFile({ args }) {
      const fileId = args.text('file_id');
      if (fileId === '') throw badRequest('file_id not specified');
      const file = world.files.get(fileId);
      if (!file) throw badRequest('invalid file_id');
      if (localFolder === undefined && file.content.size > largestDownloadBytes) {
        throw badRequest('file is too big');
      }
      if (faults.forGetFile(fileId)) {
        throw badRequest('wrong file_id or the file is temporarily unavailable');
      }
      await fetchOnce(file);
      const path = world.files.openPath(file);
      return {
        file_id: file.fileId,
        file_unique_id: file.uniqueId,
        file_size: file.content.size,
        file_path: localFolder === undefined ? path : await writeLocally(localFolder, path, file),
      };
    },

    getUserProfilePhotos({ args }) {
      if (!world.users.get(args.integer('user_id', 0))) throw badRequest('user not found');
      return { total_count: 0, photos: [] };
    },
  };
};
