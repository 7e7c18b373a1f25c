import type { Socket } from 'node:net';

/** The most writes that are sent together: the server begins on them while more are being made. */
const MOST = 16;

/** So do as many characters: a batch of scripts is work enough. */
const MOST_LENGTH = 4_096;

/**
 * Sends what is written in one turn of the event loop together. Commands that belong to many lanes then cost one
 * system call on either side instead of one each; nothing waits longer than the code that writes beside it.
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
    const goOn = write(...args);
    if (waiting === MOST || length >= MOST_LENGTH) flush();
    return goOn;
  };
}
