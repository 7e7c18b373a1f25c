import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { openFileLimit } from './open-file-limit.js';

/** Descriptors left to Redis, the ops port, the log and Node itself. */
const RESERVED = 96;

/** Telegram opens at most 100; the others are downloads of files by a link. */
const MOST_CONNECTIONS = 2_000;

/** Limits how many connections a server has open, in favour of those that have proved who they are. */
export interface ConnectionGuard {
  /** The most connections open at once. */
  readonly most: number;
  watch(server: Server): void;
  /**
   * Keeps a connection open when newer ones come. Call it once the request on it is known to be genuine. The result
   * ends the protection; a caller may keep it for as long as the connection lives.
   */
  protect(socket: Socket): () => void;
}

/**
 * A connection beyond the limit closes the oldest one that is not protected, so that any number of clients that send
 * nothing, or half a request, cannot keep a genuine one out.
 *
 * @param options.most default: what the process's limit of open files allows, each connection counted twice (a
 *   download has its file open too), and at most 2,000.
 * @param options.onClosed called for each connection closed at the limit.
 */
export function createConnectionGuard(
  options: { most?: number; onClosed?: () => void } = {},
): ConnectionGuard {
  const { most = mostConnections(openFileLimit()), onClosed } = options;
  const open = new Set<Socket>();
  // In the order in which they came: the first is the oldest.
  const unprotected = new Set<Socket>();

  function forget(socket: Socket): void {
    open.delete(socket);
    unprotected.delete(socket);
  }

  return {
    most,
    watch(server) {
      server.on('connection', (socket: Socket) => {
        open.add(socket);
        unprotected.add(socket);
        socket.once('close', () => forget(socket));
        if (open.size <= most) return;
        const [oldest = socket] = unprotected;
        forget(oldest);
        oldest.destroy();
        onClosed?.();
      });
    },
    protect(socket) {
      unprotected.delete(socket);
      return () => {
        if (open.has(socket)) unprotected.add(socket);
      };
    },
  };
}

/** Of so many descriptors. */
export function mostConnections(openFiles: number): number {
  return Math.max(16, Math.min(MOST_CONNECTIONS, Math.floor((openFiles - RESERVED) / 2)));
}
