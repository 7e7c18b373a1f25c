import { request, type Dispatcher } from 'undici';
import { DownloadRefused, RetryLater } from '@chatlane/downloads';
import { continues, Interrupted, LinkRefused, type Offer, type Source } from './source.js';

/** Telegram says no time with a 429 of the file road. */
const FLOOD_WITHOUT_TIME_MS = 5_000;

export interface HttpSourceOptions {
  /** Holds the bot's token: shown nowhere. */
  url: URL;
  dispatcher: Dispatcher;
  /** The longest silence, in milliseconds. */
  idleMs: number;
}

/** A file behind a link of the Bot API server. Redirects are not followed: they are refused. */
export function createHttpSource({ url, dispatcher, idleMs }: HttpSourceOptions): Source {
  return {
    async open(standing, signal) {
      const headers: Record<string, string> = { 'accept-encoding': 'identity' };
      const { received, version } = standing;
      if (received > 0) {
        headers['range'] = `bytes=${received}-`;
        // A weak one may not be asked for; it is compared with the answer's.
        if (version?.startsWith('"')) headers['if-range'] = version;
      }
      const answer = await request(url, {
        dispatcher,
        headers,
        signal,
        headersTimeout: idleMs,
        bodyTimeout: idleMs,
      }).catch((error: unknown) => {
        throw withoutAddress(error, signal);
      });
      const abandon = (): void => void answer.body.destroy().on('error', () => undefined);
      const offer = { ...readHeaders(answer), body: withPlainErrors(answer.body, signal), abandon };
      if (answer.statusCode === 200) return { ...offer, start: 0 };
      if (answer.statusCode === 206 && offer.start === received && continues(standing, offer)) {
        return offer;
      }
      abandon();
      if (answer.statusCode === 206 || answer.statusCode === 416) {
        // Another file than the one begun, or none so long: all of it, then.
        if (received > 0) return this.open({ received: 0 }, signal);
        throw new Interrupted('the server answers a part that was not asked for');
      }
      throw refusal(answer);
    },
  };
}

function readHeaders({
  headers,
  statusCode,
}: Dispatcher.ResponseData): Omit<Offer, 'body' | 'abandon'> {
  const version = one(headers['etag']) ?? one(headers['last-modified']);
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(one(headers['content-range']) ?? '');
  const length = statusCode === 206 ? range?.[2] : one(headers['content-length']);
  return {
    start: range ? Number(range[1]) : -1,
    ...(length !== undefined && /^\d+$/.test(length) && { total: Number(length) }),
    ...(version !== undefined && { version }),
  };
}

function refusal({ statusCode, headers }: Dispatcher.ResponseData): Error {
  if (statusCode >= 300 && statusCode < 400) return new DownloadRefused('unsafe');
  if ([401, 404, 410].includes(statusCode)) return new LinkRefused(`answered ${statusCode}`);
  if (statusCode === 429) {
    const seconds = Number(one(headers['retry-after']));
    return new RetryLater(seconds > 0 ? seconds * 1_000 : FLOOD_WITHOUT_TIME_MS);
  }
  return new Error(`The file's server answered ${statusCode}`);
}

async function* withPlainErrors(
  body: AsyncIterable<Buffer>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw withoutAddress(error, signal);
  }
}

/** Errors of the network are told by their code alone: the rest may name the address, and so the token. */
function withoutAddress(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return new Interrupted(`the connection to the file's server broke (${code})`);
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
