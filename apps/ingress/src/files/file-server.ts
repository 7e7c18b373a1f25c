import type { Logger, Part } from '@chatlane/runtime';
import { createFileLinks, createStorage } from '@chatlane/storage';
import type { Router } from 'express';
import type { IngressConfig } from '../config.js';
import { createFilesRouter, type FilesRouterOptions } from './router.js';

/** Serves stored files by link. It needs only read access to the storage. */
export interface FileServer {
  router: Router;
  part: Part;
  /** Whether the storage was ever reached. A later outage does not count: updates are accepted without it. */
  hasReachedStorage(): Promise<boolean>;
}

/** Creates the file server. Its storage is checked in the background when it starts. */
export function createFileServer(
  { secret, storage: place }: NonNullable<IngressConfig['fileLinks']>,
  context: Pick<FilesRouterOptions, 'observer' | 'stopping' | 'guard'> & {
    logger: Pick<Logger, 'warn'>;
  },
): FileServer {
  const storage = createStorage(place);
  const router = createFilesRouter({ links: createFileLinks({ secret }), storage, ...context });
  let isReached = false;
  async function reachStorage(): Promise<void> {
    if (isReached) return;
    await storage.check('read');
    isReached = true;
  }
  return {
    router,
    part: {
      name: 'storage',
      // Not awaited, because updates are accepted whether or not the storage responds.
      start() {
        reachStorage().catch((error: unknown) =>
          context.logger.warn({ err: error }, 'the storage cannot be read: no files are served'),
        );
        return Promise.resolve();
      },
      stop: () => storage.close(),
    },
    hasReachedStorage: () =>
      reachStorage().then(
        () => true,
        () => false,
      ),
  };
}
