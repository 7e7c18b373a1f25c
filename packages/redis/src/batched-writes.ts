import type { Socket } from 'node:net';

/** The most writes in one batch. A limit lets the server start while the process writes more. */
const MAX_WRITES = 16;

/** The most characters in one batch; for script calls, this limit is reached first. */
const MAX_LENGTH = 4_096;

/**
 * Sends everything written in one tick with one system call, instead of one for each command. A write is delayed only
 * until the code that is running now, and the promises it has resolved, are done.
 */
export function batchWrites(socket: Socket): void {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let waiting = 0;
  let length = 0;
  const flush = (): void => {
    if (waiting > 0) socket.uncork();
    waiting = 0;
    length = 0;
  };
  socket.write = (...args: unknown[]): boolean => {
    if (waiting === 0) {
      socket.cork();
      process.nextTick(flush);
    }
    waiting += 1;
    length += (args[0] as string | Uint8Array).length;
    const mayContinue = write(...args);
    if (waiting === MAX_WRITES || length >= MAX_LENGTH) flush();
    return mayContinue;
  };
}
