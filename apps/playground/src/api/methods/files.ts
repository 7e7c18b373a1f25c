import type { StoredFile } from '../../world/files.js';
import { badRequest } from '../api-error.js';
import type { MethodFamily } from '../method.js';

const largestDownloadBytes = 20 * 2 ** 20;

export const fileMethods: MethodFamily = ({ world, clock }) => {
  const fetching = new Map<StoredFile, Promise<void>>();

  /** Callers that ask for one file at once share one fetch. */
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
      if (file.bytes.length > largestDownloadBytes) throw badRequest('file is too big');
      await fetchOnce(file);
      return {
        file_id: file.fileId,
        file_unique_id: file.uniqueId,
        file_size: file.bytes.length,
        file_path: world.files.openPath(file),
      };
    },

    getUserProfilePhotos({ args }) {
      if (!world.users.get(args.integer('user_id', 0))) throw badRequest('user not found');
      return { total_count: 0, photos: [] };
    },
  };
};
