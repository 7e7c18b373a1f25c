import { EventEmitter, once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { failureOf } from '../fetch.testkit.js';
import { createClamAv } from './clamav.js';
import { askClamd } from './clamd.js';
import { createScanCommand } from './scan-command.js';

const MB = 2 ** 20;
const COMMAND = 'zINSTREAM\0'.length;
const never = new AbortController().signal;

/** What of a file clamd has when it goes. */
const phases = [
  ['with nothing', 0, 10],
  ['with the command', COMMAND, 0],
  ['with a part of a chunk', COMMAND + 4 + 5, 10],
  ['with a whole chunk', COMMAND + 4 + 10, 10],
  ['with more under way than fits', 100_000, 30 * MB],
] as const;

const ways: Record<string, (socket: Socket) => unknown> = {
  'ends its side': (socket) => socket.end(),
  closes: (socket) => socket.destroy(),
  resets: (socket) => socket.resetAndDestroy(),
};

/** A server that reads so much of a connection, and no more, and then leaves it in one of these ways. */
async function startLeaving(leave: (socket: Socket) => unknown, after: number) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    let read = 0;
    const look = (chunk: Buffer): void => {
      read += chunk.length;
      if (read < after) return;
      socket.pause().off('data', look);
      leave(socket);
    };
    socket.on('error', () => undefined).on('data', look);
    look(Buffer.alloc(0));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    where: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const startSilent = () => startLeaving(() => undefined, Infinity);

describe.each(Object.entries(ways))('a clamd that %s', (_, leave) => {
  it.each(phases)('%s has hung up in the middle of the file', async (_, after, first) => {
    await using clamd = await startLeaving(leave, after);
    async function* content(): AsyncGenerator<Buffer> {
      try {
        if (first > 0) yield Buffer.alloc(first);
        // The rest of the file is long in coming.
        await failure;
        for (;;) yield Buffer.alloc(10);
      } finally {
        events.emit('file closed');
      }
    }
    const events = new EventEmitter();
    const closed = once(events, 'file closed');
    const failure = failureOf(askClamd(clamd.where, content(), never));
    expect((await failure).message).toMatch(/it hung up in the middle of the file/);
    await closed;
  });
});

describe('a clamd that waits', () => {
  it('is left when the file cannot be read to its end', async () => {
    await using clamd = await startSilent();
    async function* content(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(10);
      await Promise.reject(new Error('no such disk'));
    }
    const error = await failureOf(askClamd(clamd.where, content(), never));
    expect(error.message).toBe('no such disk');
  });

  it('is left when it was too late from the start', async () => {
    await using clamd = await startSilent();
    const content = Readable.from([Buffer.alloc(10)]);
    const closed = new Promise((resolve) => content.once('close', resolve));
    const asked = askClamd(clamd.where, content, AbortSignal.abort(new Error('stopping')));
    expect((await failureOf(asked)).message).toBe('stopping');
    await closed;
  });
});

describe('the time a scanner may take', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;

  /** Collects garbage until it is over. */
  async function amongGarbage(scanning: Promise<unknown>): Promise<Error> {
    const timer = setInterval(collect, 20);
    return failureOf(scanning).finally(() => clearInterval(timer));
  }

  it('ends for clamd, whatever garbage is collected', async () => {
    await using clamd = await startSilent();
    const { host, port } = clamd.where;
    const scan = createClamAv({ address: `${host}:${port}`, timeoutMs: 300 });
    const error = await amongGarbage(scan.scan(import.meta.filename, never));
    expect(error.message).toMatch(/TimeoutError/);
  });

  it('ends for a command, whatever garbage is collected', async () => {
    const scan = createScanCommand({
      command: ['sh', '-c', 'exec sleep 600'],
      timeoutMs: 300,
      searchPath: '/usr/bin:/bin',
    });
    const error = await amongGarbage(scan.scan(import.meta.filename, never));
    expect(error.message).toBe('SCAN_COMMAND failed (too slow)');
  });
});
