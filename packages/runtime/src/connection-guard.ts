import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** File descriptors reserved for Redis, the ops port, the log and Node itself. */
const RESERVED = 96;

/** Telegram opens at most 100; the others are file downloads. */
const MOST_CONNECTIONS = 2_000;

/** Limits a server's open connections in favour of those that have authenticated. */
export interface ConnectionGuard {
  /** The maximum number of open connections. */
  readonly most: number;
  /** Applies the limit to a server. */
  watch(server: Server): void;
  /**
   * Keeps a connection open when newer ones arrive. Call it once its request is known to be genuine. Returns a function
   * that ends the protection; the protection may last as long as the connection.
   */
  protect(socket: Socket): () => void;
}

/**
 * A connection beyond the limit closes the oldest unprotected one, so that clients that send nothing, or half a
 * request, cannot keep genuine ones out, however many there are.
 *
 * @param options.most default: derived from the process's limit of open files, with two descriptors per connection (a
 *   download also opens its file), and at most 2,000
 * @param options.onClosed called for each connection closed at the limit
 */
export function createConnectionGuard(
  options: { most?: number; onClosed?: () => void } = {},
): ConnectionGuard {
  const { most = mostConnections(openFileLimit()), onClosed } = options;
  const open = new Set<Socket>();
  // In order of arrival: the first is the oldest.
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

/** The connection limit for a number of file descriptors. */
export function mostConnections(openFiles: number): number {
  return Math.max(16, Math.min(MOST_CONNECTIONS, Math.floor((openFiles - RESERVED) / 2)));
}

/** How many files and sockets this process may have open; Infinity when the system sets no limit. */
export function openFileLimit(): number {
  // Otherwise the report resolves the name of every connected address. Node's types lack the property.
  const report = Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = report.getReport() as {
    userLimits?: { open_files?: { soft?: unknown } };
  };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : Infinity;
}
