import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { startApp, type AppProcess } from '@chatlane/processes';
import { privateText, startRedisServer, type RedisServer } from '@chatlane/testing';

const SECRET = 'only-between-telegram-and-us';
const OPEN_FILES = 256;
/** More connections than the ingress has file descriptors. */
const CONNECTIONS = 300;

let redis: RedisServer;
let ingress: AppProcess;
const sockets: Socket[] = [];

beforeAll(async () => {
  redis = await startRedisServer();
  ingress = await startApp({
    app: 'ingress',
    openFiles: OPEN_FILES,
    env: {
      BOT_TOKEN: `123456789:${'A'.repeat(35)}`,
      WEBHOOK_SECRET: SECRET,
      REDIS_URL: redis.url,
      INGRESS_PORT: '0',
      OPS_PORT: '0',
    },
  });
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

afterAll(async () => {
  await ingress.stop();
  await redis.stop();
});

/** Opens connections that send only `beginning`; resolves when all are connected. */
async function openHalf(port: number | undefined, beginning: string): Promise<void> {
  const opened = Array.from({ length: CONNECTIONS }, async () => {
    const socket = connect({ port: port ?? 0, host: '127.0.0.1' });
    sockets.push(socket.on('error', () => undefined));
    await once(socket, 'connect');
    socket.write(beginning);
  });
  await Promise.all(opened);
}

let updateId = 0;

async function post(): Promise<number> {
  updateId += 1;
  const response = await fetch(`http://127.0.0.1:${ingress.ports.http}/telegram/webhook`, {
    method: 'POST',
    headers: { 'X-Telegram-Bot-Api-Secret-Token': SECRET },
    body: JSON.stringify({ update_id: updateId, message: privateText(5, 'hello', updateId) }),
    signal: AbortSignal.timeout(60_000),
  });
  return response.status;
}

async function ops(path: string): Promise<Response> {
  const url = `http://127.0.0.1:${ingress.ports.ops}${path}`;
  return fetch(url, { signal: AbortSignal.timeout(60_000) });
}

const health = async (): Promise<number> => (await ops('/healthz')).status;

const request = 'POST /telegram/webhook HTTP/1.1\r\nHost: bot\r\nContent-Length: 100000\r\n';

describe('an ingress with few file descriptors', () => {
  it.each([
    ['that send nothing', ''],
    ['whose headers never end', request],
    ['without the secret whose bodies never come', `${request}\r\n{`],
    ['of clients that stay connected after a 404', 'GET / HTTP/1.1\r\nHost: bot\r\n\r\n'],
  ])('answers webhook and health check despite connections %s', async (_what, beginning) => {
    await openHalf(ingress.ports.http, beginning);
    expect([await post(), await health()]).toEqual([200, 200]);
  });

  it('counts the connections that it closes in favour of newer ones', async () => {
    await openHalf(ingress.ports.http, '');
    const metrics = await (await ops('/metrics')).text();
    const [, closed] = /refused_requests_total\{reason="too_many_connections"\} (\d+)/.exec(
      metrics,
    )!;
    expect(Number(closed)).toBeGreaterThanOrEqual(CONNECTIONS - OPEN_FILES);
  });

  it('answers webhook and health check while its ops port has half-open connections', async () => {
    await openHalf(ingress.ports.ops, 'GET /healthz HTTP/1.1\r\n');
    expect([await post(), await health()]).toEqual([200, 200]);
  });
});
