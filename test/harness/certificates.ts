import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate for 127.0.0.1, and the private authority that signed it. */
export interface Certificates {
  /** Path of the authority's certificate. */
  authority: string;
  /** Arguments that make redis-server also listen on this port with TLS. */
  redisArgs(port: number): string[];
}

/** Creates both in a folder, with the machine's openssl. */
export async function makeCertificates(dir: string): Promise<Certificates> {
  const openssl = (...args: string[]) => promisify(execFile)('openssl', args, { cwd: dir });
  const key = ['-newkey', 'rsa:2048', '-nodes'];
  const [authority, request] = [
    ['-x509', '-days', '2', '-subj', '/CN=an authority', '-keyout', 'ca.key', '-out', 'ca.crt'],
    ['-subj', '/CN=redis', '-keyout', 'redis.key', '-out', 'redis.csr'],
  ];
  await Promise.all([
    openssl('req', ...key, ...authority),
    openssl('req', ...key, ...request),
    writeFile(join(dir, 'names'), 'subjectAltName=IP:127.0.0.1\n'),
  ]);
  const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names'];
  await openssl('x509', '-req', '-in', 'redis.csr', ...signed, '-days', '2', '-out', 'redis.crt');
  return {
    authority: join(dir, 'ca.crt'),
    redisArgs: (port) => [
      ...['--tls-port', String(port), '--tls-auth-clients', 'no'],
      ...['--tls-cert-file', join(dir, 'redis.crt'), '--tls-key-file', join(dir, 'redis.key')],
      ...['--tls-ca-cert-file', join(dir, 'ca.crt')],
    ],
  };
}
