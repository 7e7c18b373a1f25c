import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A stable address in front of a Redis, whose wire a test can spoil. */
export interface RedisProxy {
  url: string;
  port: number;
  /** Breaks every connection; new ones are taken. */
  cut(): void;
  /** Holds back all that flows in the given direction, from now until `flow`. */
  stall(direction: 'requests' | 'replies' | 'both'): void;
  flow(): void;
  /** The connections of this moment stay open and carry nothing from now on; new ones work. */
  vanish(): void;
  /** New connections go to the Redis on this port; those of this moment stay with theirs. */
  leadTo(redisPort: number): void;
  stop(): Promise<void>;
}

interface Wire {
  client: Socket;
  server: Socket;
  vanished: boolean;
}

/** Forwards to the Redis on a port of this machine, also after that was started anew. */
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

/** A socket that is already closing cannot be reset: Node would wait for its handle forever when it exits. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
