import type { Send } from '../interceptor.js';
import { CallError } from '../errors.js';

/**
 * Creates a probe, which calls getMe. It resolves on any response except a server error or a rejected token (401, or
 * 404 when the token is malformed): even a 429 shows that Telegram is reachable. A dead connection shows nothing, so
 * the probe opens a new one.
 */
export function createProbe(send: Send, signal: AbortSignal): () => Promise<void> {
  const turn = { signal, isHeld: () => true };
  return async function probe() {
    try {
      const call = { method: 'getMe', payload: {}, turn, signal, options: {} };
      await send({ ...call, needsNewConnection: true });
    } catch (error) {
      if (!(error instanceof CallError) || isAway(error)) throw error;
    }
  };
}

function isAway({ errorCode }: CallError): boolean {
  return errorCode === undefined || errorCode >= 500 || errorCode === 401 || errorCode === 404;
}
