import { createServer, request, Agent } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Counter, Registry } from 'prom-client';
import type { LifecycleState } from './lifecycle.js';
import { closeServer, listen } from './listen.js';
import { createOpsServer, type OpsServer, type ReadyChecks } from './ops-server.js';

const host = '127.0.0.1';
let ops: OpsServer | undefined;
afterEach(() => ops?.stop());

async function start(ready?: ReadyChecks) {
  const lifecycle: { state: LifecycleState } = { state: 'running' };
  const registry = new Registry();
  ops = createOpsServer({ host, port: 0, registry, lifecycle, ...(ready && { ready }) });
  const port = await ops.start();
  const get = (path: string, init?: RequestInit) => fetch(`http://${host}:${port}${path}`, init);
  return { get, lifecycle, registry, port };
}

describe('createOpsServer', () => {
  it('answers /healthz in every state', async () => {
    const { get, lifecycle } = await start();
    lifecycle.state = 'stopping';
    expect((await get('/healthz')).status).toBe(200);
  });

  it('answers /readyz with the checks: 200 when all pass, otherwise 503', async () => {
    const checks = { redis: true };
    const { get } = await start(() => checks);
    const ready = await get('/readyz');
    expect([ready.status, await ready.json()]).toEqual([200, { running: true, redis: true }]);
    checks.redis = false;
    const unready = await get('/readyz');
    expect([unready.status, await unready.json()]).toEqual([503, { running: true, redis: false }]);
  });

  it('stays ready when the value of a check is a text, and shows the text', async () => {
    const { get } = await start(() => ({ redis: true, telegram: 'unavailable for 5 s' }));
    const ready = await get('/readyz');
    const checks = { running: true, redis: true, telegram: 'unavailable for 5 s' };
    expect([ready.status, await ready.json()]).toEqual([200, checks]);
  });

  it.each(['idle', 'starting', 'stopping', 'stopped'] as const)(
    'is not ready while the process is %s',
    async (state) => {
      const { get, lifecycle } = await start();
      lifecycle.state = state;
      expect((await get('/readyz')).status).toBe(503);
    },
  );

  it('is not ready when a check throws or times out', async () => {
    const failing = await start(() => Promise.reject(new Error('no Redis')));
    expect((await failing.get('/readyz')).status).toBe(503);
    await ops?.stop();
    const hanging = await start(() => new Promise(() => undefined));
    expect((await hanging.get('/readyz')).status).toBe(503);
  });

  it('shows the registry at /metrics', async () => {
    const { get, registry } = await start();
    new Counter({ name: 'pushed_total', help: 'Updates pushed.', registers: [registry] }).inc(3);
    const response = await get('/metrics');
    expect(response.headers.get('content-type')).toBe(registry.contentType);
    expect(await response.text()).toContain('pushed_total 3\n');
  });

  it('answers 500 when metrics cannot be collected, and keeps running', async () => {
    const { get, registry } = await start();
    registry.metrics = () => Promise.reject(new Error('no Redis'));
    expect((await get('/metrics')).status).toBe(500);
    expect((await get('/healthz')).status).toBe(200);
  });

  it('answers other paths and methods with errors', async () => {
    const { get } = await start();
    expect((await get('/')).status).toBe(404);
    expect((await get('/metrics', { method: 'POST' })).status).toBe(405);
    expect((await get('/healthz?probe=1', { method: 'HEAD' })).status).toBe(200);
  });

  it('names the setting when the port is in use', async () => {
    const { port, lifecycle, registry } = await start();
    const second = createOpsServer({ host, port, registry, lifecycle });
    await expect(second.start()).rejects.toThrow(
      `OPS_PORT: port ${port} on 127.0.0.1 is in use; choose another, or 0 for any free one`,
    );
    await second.stop();
  });
});

describe('listen', () => {
  it('names the setting when the host is not an address of this machine', async () => {
    const at = { host: '203.0.113.1', port: 0, setting: 'INGRESS_PORT' };
    await expect(listen(createServer(), at)).rejects.toThrow(
      'INGRESS_PORT: cannot be used, as 203.0.113.1 is not an address of this machine',
    );
  });
});

describe('closeServer', () => {
  it('answers the request in progress, and does not wait for a keep-alive connection', async () => {
    const server = createServer((_, response) => {
      closed = closeServer(server).then(() => 'closed');
      setImmediate(() => response.end('answered'));
    });
    let closed: Promise<string> | undefined;
    const port = await listen(server, { host, port: 0, setting: 'PORT' });
    const agent = new Agent({ keepAlive: true });
    const [response] = (await once(request({ host, port, agent }).end(), 'response')) as [
      AsyncIterable<Buffer>,
    ];
    let text = '';
    for await (const chunk of response) text += chunk.toString();
    expect([text, await closed]).toEqual(['answered', 'closed']);
    agent.destroy();
  });

  it('cuts an idle connection after the grace period', async () => {
    const server = createServer();
    const port = await listen(server, { host, port: 0, setting: 'PORT' });
    const socket = connect(port, host);
    socket.on('error', () => undefined);
    await once(server, 'connection');
    await closeServer(server, { graceMs: 50 });
    expect(server.listening).toBe(false);
    socket.destroy();
  });
});
