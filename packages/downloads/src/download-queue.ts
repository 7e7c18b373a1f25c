import type { DownloadPriority, DownloadRequest, ForgetRequest } from '@chatlane/contracts';
import { createReplicatedWrites, type Redis } from '@chatlane/redis';
import { albumName, fileKeys } from './keys.js';
import { openQueues } from './queues.js';
import { readRequest, type FileJobKind } from './requests.js';
import { addScript } from './scripts.js';

/** The way in. */
export interface DownloadQueue {
  /**
   * Has a file fetched, or a user's files forgotten. The same request, by its id, is taken once however
   * often it is added; resolves when Redis has confirmed it, and the replicas that are asked for.
   *
   * @param request as an object, or as its JSON from an outbox
   * @throws TypeError when it is no request of that kind
   */
  add(kind: FileJobKind, request: DownloadRequest | ForgetRequest | string): Promise<void>;
  close(): Promise<void>;
}

export interface DownloadQueueOptions {
  redis: Redis;
  /** Name of the deployment: the prefix of all its keys. */
  name: string;
  /** How many replicas must have a request, and within what time: `redis` then is best a connection of its own. */
  replication?: { replicas: number; timeoutMs: number };
}

/** BullMQ takes small numbers first; within a band, a user's backlog lets others go ahead of him. */
const bands: Record<DownloadPriority, number> = { high: 1, normal: 10_001, low: 20_001 };
const WIDTH = 10_000;

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
      await queues.chores.add('forget', { chore: 'forget', request }, { jobId: request.id });
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
      // A job that is there already is written about too, in BullMQ's stream of events.
      replicated ? replicated.run(keys.scope[0], () => add(kind, from)) : add(kind, from),
    close: () => queues.close(),
  };
}
