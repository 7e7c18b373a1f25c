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

/** How much of the file clamd has received when it disconnects. */
const phases = [
  ['nothing', 0, 10],
  ['the command', COMMAND, 0],
  ['a part of a chunk', COMMAND + 4 + 5, 10],
  ['a whole chunk', COMMAND + 4 + 10, 10],
  ['less than is in flight', 100_000, 30 * MB],
] as const;

const ways: Record<string, (socket: Socket) => unknown> = {
  'ends its side': (socket) => socket.end(),
  closes: (socket) => socket.destroy(),
  resets: (socket) => socket.resetAndDestroy(),
};

/** A server that reads this much of a connection and then leaves it in one of these ways. */
async function startLeaving(leave: (socket: Socket) => unknown, after: number) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    let read = 0;
    const onData = (chunk: Buffer): void => {
      read += chunk.length;
      if (read < after) return;
      socket.pause().off('data', onData);
      leave(socket);
    };
    socket.on('error', () => undefined).on('data', onData);
    onData(Buffer.alloc(0));
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
  it.each(phases)('has hung up in the middle of the file after %s', async (_, after, first) => {
    await using clamd = await startLeaving(leave, after);
    async function* content(): AsyncGenerator<Buffer> {
      try {
        if (first > 0) yield Buffer.alloc(first);
        // The rest of the file is slow to arrive.
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
  it('is disconnected when the file cannot be read completely', async () => {
    await using clamd = await startSilent();
    async function* content(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(10);
      await Promise.reject(new Error('no such disk'));
    }
    const error = await failureOf(askClamd(clamd.where, content(), never));
    expect(error.message).toBe('no such disk');
  });

  it('is disconnected when the signal was aborted before the scan', async () => {
    await using clamd = await startSilent();
    const content = Readable.from([Buffer.alloc(10)]);
    const closed = new Promise((resolve) => content.once('close', resolve));
    const answer = askClamd(clamd.where, content, AbortSignal.abort(new Error('stopping')));
    expect((await failureOf(answer)).message).toBe('stopping');
    await closed;
  });
});

describe('the scan timeout', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;

  /** Collects garbage until the scan ends. */
  async function amongGarbage(scanning: Promise<unknown>): Promise<Error> {
    const timer = setInterval(collect, 20);
    return failureOf(scanning).finally(() => clearInterval(timer));
  }

  it('applies to clamd, even under garbage collection', async () => {
    await using clamd = await startSilent();
    const { host, port } = clamd.where;
    const scan = createClamAv({ address: `${host}:${port}`, timeoutMs: 300 });
    const error = await amongGarbage(scan.scan(import.meta.filename, never));
    expect(error.message).toMatch(/TimeoutError/);
  });

  it('applies to a command, even under garbage collection', async () => {
    const scan = createScanCommand({
      command: ['sh', '-c', 'exec sleep 600'],
      timeoutMs: 300,
      searchPath: '/usr/bin:/bin',
    });
    const error = await amongGarbage(scan.scan(import.meta.filename, never));
    expect(error.message).toBe('SCAN_COMMAND failed (too slow)');
  });
});
