import type { Send } from '../interceptor.js';
import { CallError } from '../errors.js';

/**
 * Asks Telegram who the bot is. Resolves when Telegram answers in any other way than with an error of the server or a
 * refused token (401, or 404 for one that has another form): a flood wait means that it is there.
 */
export function createProbe(send: Send, signal: AbortSignal): () => Promise<void> {
  const turn = { signal, isHeld: () => true };
  return async function probe() {
    try {
      await send({ method: 'getMe', payload: {}, turn, signal, options: {} });
    } catch (error) {
      if (!(error instanceof CallError) || isAway(error)) throw error;
    }
  };
}

function isAway({ errorCode }: CallError): boolean {
  return errorCode === undefined || errorCode >= 500 || errorCode === 401 || errorCode === 404;
}
