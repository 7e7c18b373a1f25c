import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A proxy with a stable address in front of a Redis, whose connections a test can disturb. */
export interface RedisProxy {
  /** The proxy's address, as a Redis URL. */
  url: string;
  /** The loopback port. */
  port: number;
  /** Breaks every connection; new ones are accepted. */
  cut(): void;
  /** Holds back all data in the given direction until `flow`. */
  stall(direction: 'requests' | 'replies' | 'both'): void;
  /** Releases the data that `stall` held back. */
  flow(): void;
  /** Makes all current connections silent without closing them; new ones work. */
  vanish(): void;
  /** Directs new connections to the Redis on this port; existing ones are not affected. */
  leadTo(redisPort: number): void;
  /** Closes the proxy and all its connections. */
  stop(): Promise<void>;
}

interface Wire {
  client: Socket;
  server: Socket;
  vanished: boolean;
}

/** Forwards to the Redis on a local port, even after that Redis restarts. */
export async function startRedisProxy(redisPort: number): Promise<RedisProxy> {
  let target = redisPort;
  const wires = new Set<Wire>();
  let stalled: { requests: boolean; replies: boolean } = { requests: false, replies: false };

  function hold({ client, server, vanished }: Wire): void {
    if (stalled.requests || vanished) client.pause();
    else client.resume();
    if (stalled.replies || vanished) server.pause();
    else server.resume();
  }

  const listener = createServer((client) => {
    const wire: Wire = { client, server: connect(target, '127.0.0.1'), vanished: false };
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
    vanish() {
      for (const wire of wires) {
        wire.vanished = true;
        hold(wire);
      }
    },
    leadTo: (next) => void (target = next),
    async stop() {
      cut();
      listener.close();
      await once(listener, 'close');
    },
  };
}

/** A socket that is already closing must not be reset: Node would wait for its handle forever on exit. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
