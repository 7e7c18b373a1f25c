import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** The wire between one process and Redis, for a test to spoil. */
export interface RedisProxy {
  url: string;
  port: number;
  /** Breaks every connection; new ones are taken. */
  cut(): void;
  /** Holds back all that flows in the given direction, from now until `flow`. */
  stall(direction: 'requests' | 'replies' | 'both'): void;
  flow(): void;
  stop(): Promise<void>;
}

interface Wire {
  client: Socket;
  server: Socket;
}

/** Forwards to the Redis on a port of this machine, also after that was started anew. */
export async function startRedisProxy(redisPort: number): Promise<RedisProxy> {
  const wires = new Set<Wire>();
  let stalled: { requests: boolean; replies: boolean } = { requests: false, replies: false };

  function hold({ client, server }: Wire): void {
    if (stalled.requests) client.pause();
    else client.resume();
    if (stalled.replies) server.pause();
    else server.resume();
  }

  const listener = createServer((client) => {
    const wire: Wire = { client, server: connect(redisPort, '127.0.0.1') };
    const { server } = wire;
    wires.add(wire);
    const forward = (from: Socket, to: Socket): void => {
      from.on('data', (bytes) => {
        if (to.write(bytes)) return;
        from.pause();
        to.once('drain', () => hold(wire));
      });
      from.on('error', () => undefined);
      from.on('end', () => to.end());
      from.on('close', () => {
        wires.delete(wire);
        to.destroy();
      });
    };
    forward(client, server);
    forward(server, client);
    hold(wire);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;

  function cut(): void {
    for (const { client, server } of wires) {
      reset(client);
      reset(server);
    }
  }

  function setStalled(next: typeof stalled): void {
    stalled = next;
    for (const wire of wires) hold(wire);
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    cut,
    stall(direction) {
      setStalled({
        requests: direction !== 'replies',
        replies: direction !== 'requests',
      });
    },
    flow: () => setStalled({ requests: false, replies: false }),
    async stop() {
      cut();
      listener.close();
      await once(listener, 'close');
    },
  };
}

/** A socket that is already saying goodbye cannot be reset: Node would wait for its handle for ever when it exits. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
