import { readUpdate, type RoutedUpdate } from '@chatlane/contracts';

/** A body as it came, and the way it has to take: to its lane, or to the park. */
export type Body =
  | { raw: Buffer; update: RoutedUpdate }
  | { raw: Buffer; update?: undefined; parkedFor: 'not JSON' | 'not an update' };

/**
 * Reads a body without changing it. Button data and payment payloads may hold bytes that are not
 * UTF-8 (Telegram passes them through): they are replaced for reading only, the raw bytes go on.
 */
export function readBody(raw: Buffer, cancelCommands: readonly string[]): Body {
  let body: unknown;
  try {
    body = JSON.parse(raw.toString('utf8'));
  } catch {
    return { raw, parkedFor: 'not JSON' };
  }
  const update = readUpdate(body, { cancelCommands });
  return update ? { raw, update } : { raw, parkedFor: 'not an update' };
}
