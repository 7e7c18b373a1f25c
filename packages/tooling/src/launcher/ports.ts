import { once } from 'node:events';
import { createServer } from 'node:net';

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
