import type { Logger, Part } from '@chatlane/runtime';
import { createFileLinks, createStorage } from '@chatlane/storage';
import type { Router } from 'express';
import type { IngressConfig } from '../config.js';
import { createFilesRouter, type FilesRouterOptions } from './router.js';

/** All that links to files need. The storage is only ever read: give this process no more than that. */
export interface FileServer {
  router: Router;
  part: Part;
  /** Whether the storage was ever met: a later outage of files is no reason to turn updates away. */
  hasReachedStorage(): Promise<boolean>;
}

export function createFileServer(
  { secret, storage: place }: NonNullable<IngressConfig['fileLinks']>,
  context: Pick<FilesRouterOptions, 'observer' | 'stopping' | 'guard'> & {
    logger: Pick<Logger, 'warn'>;
  },
): FileServer {
  const storage = createStorage(place);
  const router = createFilesRouter({ links: createFileLinks({ secret }), storage, ...context });
  let met = false;
  async function meet(): Promise<void> {
    if (met) return;
    await storage.check('read');
    met = true;
  }
  return {
    router,
    part: {
      name: 'storage',
      // Not waited for: updates are taken whether or not the storage answers.
      start() {
        meet().catch((error: unknown) =>
          context.logger.warn({ err: error }, 'the storage cannot be read: no file is handed out'),
        );
        return Promise.resolve();
      },
      stop: () => storage.close(),
    },
    hasReachedStorage: () =>
      meet().then(
        () => true,
        () => false,
      ),
  };
}
