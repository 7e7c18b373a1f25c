import { createReadStream } from 'node:fs';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Scan } from './scan.js';

const CHUNK = 128 * 1024;

export interface ClamAvOptions {
  /** CLAMAV_ADDRESS: `unix:/run/clamav/clamd.ctl`, or `host:port`. */
  address: string;
  timeoutMs: number;
}

/** Has clamd look at each file, which is sent to it: it need not see our disk (clamd(8), INSTREAM). */
export function createClamAv({ address, timeoutMs }: ClamAvOptions): Scan {
  const where = readClamAvAddress(address);
  if (!where) throw new TypeError('address must be unix:/path or host:port');
  return {
    async scan(path, signal) {
      const either = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const socket = connect(where);
      const stop = (): void => void socket.destroy(either.reason as Error);
      either.addEventListener('abort', stop, { once: true });
      try {
        return verdict(await ask(socket, path));
      } catch (error) {
        signal.throwIfAborted();
        const { code, name, message } = error as NodeJS.ErrnoException;
        const why = typeof code === 'string' ? code : name === 'Error' ? message : name;
        throw new Error(`clamd at CLAMAV_ADDRESS gives no verdict (${why})`, { cause: error });
      } finally {
        either.removeEventListener('abort', stop);
        socket.destroy();
      }
    },
  };
}

/** undefined: it is none. */
export function readClamAvAddress(address: string): NetConnectOpts | undefined {
  const path = /^unix:(\/.+)$/.exec(address)?.[1];
  if (path !== undefined) return { path };
  const [, host = '', port = ''] =
    /^(?:tcp:\/\/)?(\[[^\]]+\]|[^:/[\]]+):(\d{1,5})$/.exec(address) ?? [];
  const number = Number(port);
  if (host === '' || number < 1 || number > 65_535) return undefined;
  return { host: host.replace(/[[\]]/g, ''), port: number };
}

async function ask(socket: Socket, path: string): Promise<string> {
  const answer = text(socket);
  // clamd hangs up on a file that is too long for it: what it says then is worth more than the broken pipe.
  const sent = pipeline(createReadStream(path, { highWaterMark: CHUNK }), framed, socket, {
    end: false,
  });
  sent.catch(() => undefined);
  return answer;
}

/** Chunks with their length before them, an empty one at the end. */
async function* framed(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from('zINSTREAM\0');
  for await (const chunk of chunks) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(chunk.length);
    yield length;
    yield chunk;
  }
  yield Buffer.alloc(4);
}

function verdict(answer: string): string | undefined {
  const line = answer.replaceAll('\0', '').trim();
  if (/^stream: OK$/.test(line)) return undefined;
  const found = /^stream: (.+) FOUND$/.exec(line)?.[1];
  if (found !== undefined) return found.slice(0, 200);
  if (/size limit exceeded/i.test(line)) {
    throw new Error(
      'the file is longer than its StreamMaxLength, which must be DOWNLOAD_MAX_BYTES at least',
    );
  }
  throw new Error(line === '' ? 'no answer' : 'an error of its own');
}
