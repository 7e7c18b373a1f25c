import type { Telegram } from 'telegraf';
import type { Send } from './chain.js';
import { RetryError } from './errors.js';
import { carriesUpload, withJsonFields } from './payload.js';

interface TransportOptions {
  wire: Pick<Telegram, 'callApi'>;
  callTimeoutMs: number;
  uploadTimeoutMs: number;
}

type RawCall = (
  method: string,
  payload: object,
  options: { signal: AbortSignal },
) => Promise<unknown>;

/** The end of the chain: one HTTP request by Telegraf's own client, under a time limit and the call's signal. */
export function createTransport({ wire, callTimeoutMs, uploadTimeoutMs }: TransportOptions): Send {
  const request = wire.callApi.bind(wire) as RawCall;

  return async function transport({ method, payload, signal }) {
    // getFile answers when the Bot API server has fetched the file, which may take as long as an upload.
    const isUpload = carriesUpload(payload);
    const takesLong = method === 'getFile' || isUpload;
    const sent = isUpload ? withJsonFields(payload) : payload;
    const timeoutMs = takesLong ? uploadTimeoutMs : callTimeoutMs;
    const cut = new AbortController();
    const abort = () => cut.abort();
    signal.addEventListener('abort', abort, { once: true });

    let timer: NodeJS.Timeout | undefined;
    // Telegraf fetches attachments by URL without a signal, so the limit cannot rest on the abort alone.
    const expired = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const description = `no answer within ${timeoutMs} ms`;
        reject(new RetryError({ method, description, maybeSent: true }));
        cut.abort();
      }, timeoutMs);
    });
    try {
      return await Promise.race([request(method, sent, { signal: cut.signal }), expired]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  };
}
