import { execFile, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findCommand, spawnGuarded, onFreePort } from '@chatlane/processes';

/** A private PostgreSQL on loopback. */
export interface PostgresServer {
  /** The URL of its only database, for a superuser without a password. */
  url: string;
  /** The loopback port. */
  port: number;
  /** The server's own process. */
  process: ChildProcess;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/** Debian does not put the server's programs on PATH. */
const DEBIAN = '/usr/lib/postgresql';

/** PostgreSQL refuses to run as root, so root runs it as the user `nobody`. */
const NOBODY = 65_534;

/**
 * Starts a PostgreSQL with an empty database; it is ready when this resolves, and ends with this process at the latest.
 *
 * @throws Error if the machine has no server program (`npm test` installs one)
 */
export async function startPostgresServer(): Promise<PostgresServer> {
  const initdb = locateInitdb();
  if (!initdb)
    throw new Error('there is no PostgreSQL on this machine; run `npm test` once to install it');
  const as = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const dir = await mkdtemp(join(tmpdir(), 'chatlane-postgres-'));
  if (as.uid !== undefined) await chown(dir, as.uid, as.gid);
  const data = join(dir, 'data');
  // The caller's PGDATA, PGPORT and similar variables belong to another server.
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
  try {
    const made = ['--username=chatlane', '--auth=trust', '--encoding=UTF8', '--no-locale'];
    await promisify(execFile)(initdb, ['--pgdata', data, ...made, '--no-sync'], {
      cwd: dir,
      env,
      ...as,
    });
    return await onFreePort(async (port) => {
      const server = spawnGuarded({
        command: join(dirname(initdb), 'postgres'),
        // fsync only matters if the machine crashes. A separate socket folder avoids conflicts with other servers.
        args: ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', dir, '-F'],
        env,
        endWith: 'QUIT',
        as,
      });
      try {
        await isReady(server, port);
      } catch (error) {
        await end(server);
        throw error;
      }
      const stop = async (): Promise<void> => {
        await end(server);
        await rm(dir, { recursive: true, force: true });
      };
      const url = `postgres://chatlane@127.0.0.1:${port}/postgres`;
      return { url, port, process: server, stop };
    });
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGQUIT');
  await once(server, 'exit');
}

/** Finds `initdb`: on PATH, or otherwise the newest version's. */
function locateInitdb(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const folders = versions
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(DEBIAN, version, 'bin'));
  return findCommand(['initdb'], [process.env['PATH'] ?? '', ...folders].join(delimiter));
}

/** Resolves when the server has logged that it is ready, and accepts a connection. */
async function isReady(server: ChildProcess, port: number): Promise<void> {
  const log: string[] = [];
  const ready = new Promise<void>((resolve) => {
    for (const output of [server.stdout, server.stderr]) {
      output?.setEncoding('utf8').on('data', (text: string) => {
        log.push(text);
        if (log.length > 100) log.shift();
        if (log.join('').includes('ready to accept connections')) resolve();
      });
    }
  });
  const ended = once(server, 'close').then(() => {
    throw new Error(`PostgreSQL ended before it was ready: ${log.join('').trim()}`);
  });
  ended.catch(() => undefined);
  await Promise.race([ready, ended]);
  const socket = createConnection(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
}
