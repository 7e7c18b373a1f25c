import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * Posts over persistent connections, one request at a time on each, like Telegram. Uses plain sockets, because an HTTP
 * client would cost more than the servers under test.
 */
export interface Poster {
  /** Resolves with the status once the whole response has arrived. */
  post: (body: Buffer) => Promise<number>;
  close(): void;
}

export async function createPoster(
  url: URL,
  { connections, secret }: { connections: number; secret: string },
): Promise<Poster> {
  const head =
    `POST ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/json\r\n` +
    `X-Telegram-Bot-Api-Secret-Token: ${secret}\r\nContent-Length: `;
  const sockets = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(Number(url.port), url.hostname).setNoDelay();
      await once(socket, 'connect');
      return socket;
    }),
  );
  const free = [...sockets];
  const waiting: ((socket: Socket) => void)[] = [];
  const take = (): Promise<Socket> | Socket =>
    free.pop() ?? new Promise((resolve) => waiting.push(resolve));
  const give = (socket: Socket): void => {
    const next = waiting.shift();
    if (next) next(socket);
    else free.push(socket);
  };
  return {
    async post(body) {
      const socket = await take();
      socket.cork();
      socket.write(`${head}${body.length}\r\n\r\n`);
      socket.write(body);
      socket.uncork();
      const status = await answer(socket);
      give(socket);
      return status;
    },
    close: () => sockets.forEach((socket) => socket.destroy()),
  };
}

function answer(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    const gone = (): void => reject(new Error('The server closed the connection.'));
    const read = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (!isWhole(text)) return;
      socket.off('data', read).off('close', gone);
      resolve(Number(text.slice(9, 12)));
    };
    socket.on('data', read).on('close', gone);
  });
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end));
  return length ? text.length >= end + 4 + Number(length[1]) : text.endsWith('0\r\n\r\n');
}
