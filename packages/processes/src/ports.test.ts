import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { freePort, isTaken, onFreePort } from './ports.js';

describe('free ports', () => {
  it('are outside the range of outgoing connections', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
    expect(Math.min(...ports)).toBeGreaterThanOrEqual(10_000);
    expect(Math.max(...ports)).toBeLessThan(32_768);
  });

  it('are distinguished from taken ones', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    expect(await isTaken((server.address() as AddressInfo).port)).toBe(true);
    server.close();
  });

  it('are replaced when another program takes one before the server starts', async () => {
    const ports: number[] = [];
    const started = await onFreePort((port) => {
      ports.push(port);
      if (ports.length === 1) throw new Error('bind: Address already in use');
      return Promise.resolve(port);
    });
    expect(ports).toHaveLength(2);
    expect(started).toBe(ports[1]);
  });

  it('are not replaced when the server fails for another reason', async () => {
    const start = () => Promise.reject(new Error('no such user'));
    await expect(onFreePort(start)).rejects.toThrow('no such user');
  });
});
