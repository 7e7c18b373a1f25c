import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

// Linux gives outgoing connections ports from 32,768 on, macOS from 49,152 on: one from there could be gone at any time.
const FIRST = 10_000;
const AFTER_LAST = 32_768;
const TRIES = 10;

/** Whether something listens on a loopback port already (or we may not listen there). */
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
 * A port that was free a moment ago, and that no outgoing connection will be given. A server that can take port 0
 * does better with that; any other is best started with `onFreePort`.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, AFTER_LAST);
    if (!(await isTaken(port))) return port;
  }
}

/** Starts something on a free port, and again on another one when that was taken meanwhile. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (tries === TRIES || !saysTaken(error)) throw error;
    }
  }
}

/** Servers of every kind pass on what the system says. */
function saysTaken(error: unknown): boolean {
  return /address (is )?already in use|EADDRINUSE|port \d+ is taken/i.test(String(error));
}
