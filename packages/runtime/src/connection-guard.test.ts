import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createConnectionGuard, mostConnections, openFileLimit } from './connection-guard.js';

let server: Server;
const clients: Socket[] = [];
const serverSide: Socket[] = [];

async function start(most: number): Promise<ReturnType<typeof createConnectionGuard>> {
  server = createServer((_request, response) => response.end('here'));
  const guard = createConnectionGuard({ most });
  guard.watch(server);
  server.on('connection', (socket: Socket) => serverSide.push(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return guard;
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  serverSide.length = 0;
  server.closeAllConnections();
  await once(server.close(), 'close');
});

/** Connects another client. Resolves when the server has accepted it. */
async function join(): Promise<Socket> {
  const before = serverSide.length;
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  clients.push(client.on('error', () => undefined));
  await once(client, 'connect');
  while (serverSide.length === before) await once(server, 'connection');
  return client;
}

/** Indexes of the clients that are still connected, in order of arrival. */
const connected = (): number[] =>
  serverSide.flatMap((socket, index) => (socket.destroyed ? [] : [index]));

describe('a connection guard', () => {
  it('closes the oldest connection when a new one exceeds the limit', async () => {
    await start(2);
    for (let client = 0; client < 4; client += 1) await join();
    expect(connected()).toEqual([2, 3]);
  });

  it('keeps protected connections, and closes the newest when all are protected', async () => {
    const guard = await start(2);
    await join();
    await join();
    guard.protect(serverSide[0]!);
    await join();
    expect(connected()).toEqual([0, 2]);
    const release = guard.protect(serverSide[2]!);
    await join();
    expect(connected()).toEqual([0, 2]);
    release();
    await join();
    expect(connected()).toEqual([0, 4]);
  });

  it('does not count closed connections', async () => {
    const guard = await start(2);
    (await join()).destroy();
    const gone = serverSide[0]!;
    if (!gone.closed) await once(gone, 'close');
    const release = guard.protect(gone);
    release();
    await join();
    await join();
    expect(connected()).toEqual([1, 2]);
  });
});

it('reserves descriptors for everything else, however few there are', () => {
  expect([64, 256, 1_024, 1_048_576, Infinity].map(mostConnections)).toEqual([
    16, 80, 464, 2_000, 2_000,
  ]);
  expect(openFileLimit()).toBeGreaterThan(64);
});
