import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

// Linux assigns ports from 32,768 to outgoing connections, macOS from 49,152. Such a port could be taken at any time.
const FIRST = 10_000;
const AFTER_LAST = 32_768;
const TRIES = 10;

/** Whether a loopback port is in use, or this process may not listen on it. */
export async function isTaken(port: number): Promise<boolean> {
  const socket = createServer().listen(port, '127.0.0.1');
  try {
    await once(socket, 'listening');
  } catch {
    return true;
  }
  socket.close();
  await once(socket, 'close');
  return false;
}

/**
 * A port that was free a moment ago and is outside the range of outgoing connections. Prefer port 0 if the server supports
 * it, and otherwise `onFreePort`.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, AFTER_LAST);
    if (!(await isTaken(port))) return port;
  }
}

/** Calls `start` with a free port, and again with another one if the port was taken meanwhile. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (tries === TRIES || !saysTaken(error)) throw error;
    }
  }
}

/** Recognizes the messages of all servers, which pass on the text of the operating system. */
function saysTaken(error: unknown): boolean {
  return /address (is )?already in use|EADDRINUSE|port \d+ is taken/i.test(String(error));
}
