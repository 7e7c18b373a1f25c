import type { Dispatcher } from 'undici';
import { DownloadRefused, RetryLater } from '@chatlane/contracts';
import { ConnectionError, httpGet, type Answer } from './http-get.js';
import {
  continues,
  Interrupted,
  LinkRefused,
  type Offer,
  type Source,
  type TransferState,
} from './source.js';

/** A 429 for a file download has no Retry-After. */
const FLOOD_WITHOUT_TIME_MS = 5_000;

export interface HttpSourceOptions {
  /** Contains the bot's token: must never be shown. */
  url: URL;
  dispatcher: Dispatcher;
  /** The maximum time without data, in milliseconds. */
  idleMs: number;
}

/** The server offers a different file than the one begun, or a shorter one. */
class AnotherFile extends Error {
  override readonly name = 'AnotherFile';
}

/** A file behind a link of the Bot API server. Redirects are refused. */
export function createHttpSource({ url, dispatcher, idleMs }: HttpSourceOptions): Source {
  return {
    async read(state, receiver, signal) {
      const headers: Record<string, string> = { 'accept-encoding': 'identity' };
      const { received, version } = state;
      if (received > 0) {
        headers['range'] = `bytes=${received}-`;
        // If-Range does not allow weak ETags; they are compared with the response's instead.
        if (version?.startsWith('"')) headers['if-range'] = version;
      }
      try {
        await httpGet({
          url,
          dispatcher,
          headers,
          idleMs,
          signal,
          onAnswer(answer) {
            receiver.begin(accepted(answer, state));
            return (chunk) => receiver.take(chunk);
          },
        });
      } catch (error) {
        if (error instanceof AnotherFile) return this.read({ received: 0 }, receiver, signal);
        if (!(error instanceof ConnectionError)) throw error;
        throw new Interrupted(`the connection to the file's server broke (${error.message})`);
      }
    },
  };
}

function accepted(answer: Answer, state: TransferState): Offer {
  const { statusCode } = answer;
  const { received } = state;
  const offer = readHeaders(answer);
  if (statusCode === 200) return { ...offer, start: 0 };
  if (statusCode === 206 && offer.start === received && continues(state, offer)) return offer;
  if (statusCode !== 206 && statusCode !== 416) throw refusal(answer);
  throw received > 0
    ? new AnotherFile()
    : new Interrupted('the server sent a part that was not requested');
}

function readHeaders({ headers, statusCode }: Answer): Offer {
  const version = one(headers['etag']) ?? one(headers['last-modified']);
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(one(headers['content-range']) ?? '');
  const length = statusCode === 206 ? range?.[2] : one(headers['content-length']);
  return {
    start: range ? Number(range[1]) : -1,
    ...(length !== undefined && /^\d+$/.test(length) && { total: Number(length) }),
    ...(version !== undefined && { version }),
  };
}

function refusal({ statusCode, headers }: Answer): Error {
  if (statusCode >= 300 && statusCode < 400) return new DownloadRefused('unsafe');
  if ([401, 404, 410].includes(statusCode)) return new LinkRefused(`answered ${statusCode}`);
  if (statusCode === 429) {
    const seconds = Number(one(headers['retry-after']));
    return new RetryLater(seconds > 0 ? seconds * 1_000 : FLOOD_WITHOUT_TIME_MS);
  }
  return new Error(`The file's server answered ${statusCode}`);
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
