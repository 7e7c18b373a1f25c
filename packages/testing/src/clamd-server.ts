import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  canUnpack,
  unpackDebian,
  locateUnpacked,
  type Program,
  findCommand,
  spawnGuarded,
  onFreePort,
  dataRoot,
} from '@chatlane/processes';

/** The harmless test virus of eicar.org. Split in two, because a virus scanner may read this file. */
export const eicar = [
  'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR',
  'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*',
].join('-');

/** A private clamd on loopback. It knows one virus, `Eicar`. */
export interface ClamdServer {
  /** In the format of CLAMAV_ADDRESS. */
  tcp: string;
  /** The path of its Unix socket. */
  unix: string;
  /** The server's own process. */
  process: ChildProcess;
  /** Kills it and removes its folder. */
  stop(): Promise<void>;
}

const folder = join(dataRoot, 'clamd');

/**
 * Finds a clamd, or unpacks Debian's. Installing the package would also start freshclam, which downloads the full database.
 *
 * @returns undefined if the machine has none and none can be fetched
 */
export async function obtainClamd(): Promise<Program | undefined> {
  const path = [process.env['PATH'] ?? '', '/usr/sbin', '/usr/local/sbin'].join(delimiter);
  const command = findCommand(['clamd'], path);
  if (command !== undefined) return { command, env: {} };
  const found = locateUnpacked(['clamd'], folder);
  if (found || !canUnpack()) return found;
  await unpackDebian(folder, [{ names: ['clamav-daemon'] }]).catch(() => undefined);
  return locateUnpacked(['clamd'], folder);
}

/**
 * Starts a clamd with a database of one signature; it is ready when this resolves, and ends with this process at the latest.
 *
 * @param settings additional lines of clamd.conf
 */
export async function startClamd(
  program: Program,
  settings: readonly string[] = [],
): Promise<ClamdServer> {
  const dir = await mkdtemp(join(tmpdir(), 'chatlane-clamd-'));
  const database = join(dir, 'database');
  await mkdir(database);
  await writeFile(join(database, 'one.ndb'), `Eicar:0:*:${Buffer.from(eicar).toString('hex')}\n`);
  const socket = join(dir, 'clamd.sock');
  const own = [
    `DatabaseDirectory ${database}`,
    `TemporaryDirectory ${dir}`,
    `LocalSocket ${socket}`,
    'TCPAddr 127.0.0.1',
    'Foreground yes',
  ];
  const removeDir = (): Promise<void> => rm(dir, { recursive: true, force: true });
  try {
    return await onFreePort(async (port) => {
      const lines = [...own, `TCPSocket ${port}`, ...settings];
      await writeFile(join(dir, 'clamd.conf'), lines.join('\n'));
      const server = spawnGuarded({
        command: program.command,
        args: ['--config-file', join(dir, 'clamd.conf')],
        env: { PATH: process.env['PATH'], ...program.env },
        endWith: 'TERM',
      });
      await isReady(server, socket);
      const stop = (): Promise<void> => end(server).then(removeDir);
      return { tcp: `127.0.0.1:${port}`, unix: `unix:${socket}`, process: server, stop };
    });
  } catch (error) {
    await removeDir();
    throw error;
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGKILL');
  await once(server, 'exit');
}

/**
 * Resolves when the server accepts connections on its Unix socket, which it opens after its port.
 *
 * @throws Error with the server's output if it ends first
 */
async function isReady(server: ChildProcess, path: string): Promise<void> {
  const lines: string[] = [];
  for (const output of [server.stdout, server.stderr]) {
    output
      ?.setEncoding('utf8')
      .on('data', (text: string) => void lines.splice(0, lines.length - 50, text));
  }
  const closed = once(server, 'close');
  while (!(await answers(path))) {
    if (server.exitCode !== null || server.signalCode !== null) {
      await closed;
      throw new Error(`clamd ended before it was ready: ${lines.join('').trim()}`);
    }
    await sleep(20);
  }
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
