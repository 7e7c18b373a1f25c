import { connect, type NetConnectOpts } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** Undefined when it is not a valid clamd address. */
export function readClamAvAddress(address: string): NetConnectOpts | undefined {
  const path = /^unix:(\/.+)$/.exec(address)?.[1];
  if (path !== undefined) return { path };
  const [, host = '', port = ''] =
    /^(?:tcp:\/\/)?(\[[^\]]+\]|[^:/[\]]+):(\d{1,5})$/.exec(address) ?? [];
  const number = Number(port);
  if (host === '' || number < 1 || number > 65_535) return undefined;
  return { host: host.replace(/[[\]]/g, ''), port: number };
}

/** The errors seen when clamd closes the connection without reading the rest. */
const hungUp: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE']);

/**
 * Sends content to clamd (clamd(8), INSTREAM), which need not have access to our disk.
 *
 * @returns clamd's answer; '' when it closed without one
 * @throws Error that says why there is no answer, or the signal's reason
 */
export async function askClamd(
  where: NetConnectOpts,
  content: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<string> {
  // Half-open: otherwise Node ends the socket when clamd does, everything seems written, and the pipeline waits for a
  // 'drain' that never comes.
  const socket = connect({ ...where, allowHalfOpen: true });
  const stop = (): void => void socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  let isSent = false;
  let reply = '';
  try {
    const sent = pipeline(content, framed, socket, { end: false }).then(() => (isSent = true));
    // clamd would wait for the rest of a file that cannot be read.
    sent.catch((error: Error) => void socket.destroy(error));
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      reply += chunk.toString('latin1');
      if (reply.endsWith('\0')) break;
    }
    // Do not wait for `sent`: the rest of the file may be slow to arrive.
    if (!isSent && !reply.endsWith('\0')) throw midFile();
    // A file that could not be read completely has not been scanned, whatever the answer.
    await sent;
    return reply;
  } catch (error) {
    signal.throwIfAborted();
    // clamd may have explained why it closed the connection.
    if (/ (ERROR|FOUND)\0/.test(reply)) return reply;
    const { code = '' } = error as NodeJS.ErrnoException;
    throw isSent || !hungUp.has(code) ? error : midFile(error);
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

function midFile(cause?: unknown): Error {
  return new Error(
    'it hung up in the middle of the file, as it does when it is stopped, and at its StreamMaxLength, which must be at least DOWNLOAD_MAX_BYTES',
    { cause },
  );
}

/** Chunks prefixed with their length, terminated by an empty one. */
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
