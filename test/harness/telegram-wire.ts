import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A proxy with a stable address in front of the simulator. It can refuse connections. */
export interface TelegramWire {
  url: string;
  /** Breaks all connections and refuses new ones until `during` is over. Overlapping calls are allowed. */
  refuse(during: () => Promise<unknown>): Promise<void>;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Forwards to the simulator on a local port. */
export async function startTelegramWire(simulatorPort: number): Promise<TelegramWire> {
  const sockets = new Set<Socket>();
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  let refusing = 0;
  /** Serializes closing and listening. */
  let settled: Promise<unknown> = Promise.resolve();

  async function listen(on: number): Promise<Server> {
    const listener = createServer({ noDelay: true }, (client) => {
      const behind = connect({ port: simulatorPort, host: HOST, noDelay: true });
      for (const [from, to] of [
        [client, behind],
        [behind, client],
      ] as const) {
        sockets.add(from);
        from.pipe(to);
        from.on('error', () => undefined);
        from.on('close', () => {
          sockets.delete(from);
          to.destroy();
        });
      }
    });
    listener.listen(on, HOST);
    await once(listener, 'listening');
    return listener;
  }

  /** Retries, because an outgoing connection of another program may briefly use the port. */
  async function listenAgain(): Promise<Server> {
    for (;;) {
      try {
        return await listen(port);
      } catch {
        await sleep(50);
      }
    }
  }

  async function close(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  async function settle(): Promise<void> {
    if (refusing > 0 && server.listening) await close();
    if (refusing === 0 && !server.listening) server = await listenAgain();
  }

  async function change(by: 1 | -1): Promise<void> {
    refusing += by;
    settled = settled.then(settle);
    await settled;
  }

  return {
    url: `http://${HOST}:${port}`,
    async refuse(during) {
      await change(1);
      await during().finally(() => change(-1));
    },
    async stop() {
      await settled;
      if (server.listening) await close();
    },
  };
}
