import type { DownloadPriority, DownloadRequest, ForgetRequest } from '@chatlane/contracts';
import { createReplicatedWrites, type Redis } from '@chatlane/redis';
import { albumName, fileKeys } from './keys.js';
import { openQueues } from './queues.js';
import { readRequest, type FileJobKind } from './requests.js';
import { addScript } from './scripts.js';

/** The entry point for requests. */
export interface DownloadQueue {
  /**
   * Queues a download, or the deletion of a user's files. Idempotent by the request's id. Resolves once Redis, and the
   * replicas if configured, have confirmed it.
   *
   * @param request an object, or its JSON from an outbox
   * @throws TypeError when it is not a request of that kind
   */
  add(kind: FileJobKind, request: DownloadRequest | ForgetRequest | string): Promise<void>;
  /** Closes the queue. The Redis connection it was given stays open. */
  close(): Promise<void>;
}

/** Options of `createDownloadQueue`. */
export interface DownloadQueueOptions {
  /** The connection that requests are written with. The caller closes it. */
  redis: Redis;
  /** The name of the deployment: the prefix of all its keys. */
  name: string;
  /** How many replicas must confirm a request, and how soon. `redis` should then be a dedicated connection. */
  replication?: { replicas: number; timeoutMs: number };
}

/** BullMQ processes small numbers first. Within a band, a user's backlog lets other users go first. */
const bands: Record<DownloadPriority, number> = { high: 1, normal: 10_001, low: 20_001 };
const WIDTH = 10_000;

/**
 * Opens the queue of a deployment, for a process that makes requests.
 *
 * @example
 * const queue = createDownloadQueue({ redis, name: 'chatlane' });
 * await queue.add('download', request);
 */
export function createDownloadQueue({
  redis,
  name,
  replication,
}: DownloadQueueOptions): DownloadQueue {
  const keys = fileKeys(name);
  const queues = openQueues(redis, name);
  const replicated = replication && createReplicatedWrites(redis, replication);

  async function add(kind: FileJobKind, from: DownloadRequest | ForgetRequest | string) {
    if (kind === 'forget') {
      const request = readRequest(kind, from);
      await queues.maintenance.add('forget', { chore: 'forget', request }, { jobId: request.id });
      return;
    }
    const request = readRequest(kind, from as DownloadRequest | string);
    const { id, userId, requestedAt, mediaGroupId, address } = request;
    const album = mediaGroupId === undefined ? '' : albumName(address.lane, mediaGroupId);
    const backlog = await addScript.run(redis, keys.scope, [id, userId, requestedAt, album]);
    if (backlog === undefined) return;
    const band = bands[request.priority] ?? bands.normal;
    const priority = band + Math.min(backlog, WIDTH - 1);
    await queues.downloads.add('download', request, { jobId: id, priority });
  }

  return {
    add: (kind, from) =>
      // Needed even if the job exists, because BullMQ then still writes to its stream of events.
      replicated ? replicated.run(keys.scope[0], () => add(kind, from)) : add(kind, from),
    close: () => queues.close(),
  };
}
