import { isNestedTooDeeply } from './nesting.js';
import { readUpdate, type ReadUpdateOptions, type RoutedUpdate } from './read-update.js';

/** Why a body cannot be delivered to a lane and is parked for an operator. */
export type ParkReason = 'not JSON' | 'nested too deeply' | 'not an update';

/** A body from Telegram: either an update for its lane, or something to park. */
export type UpdateBody =
  | { raw: Buffer; update: RoutedUpdate }
  | {
      raw: Buffer;
      update?: undefined;
      parkedFor: ParkReason;
      /** The update_id, if the body starts with one: long polling confirms updates by their ids. */
      updateId?: number;
    };

const BYTE_ORDER_MARK = Buffer.from('\ufeff');
const { length: MARK_BYTES } = BYTE_ORDER_MARK;

/**
 * Parses the body of an update. `raw` in the result contains the original bytes, without a byte order mark, which JSON
 * does not allow. Button data and payment payloads may contain bytes that are not UTF-8 (Telegram passes them through);
 * those are replaced only for parsing.
 */
export function readUpdateBody(bytes: Buffer, options?: ReadUpdateOptions): UpdateBody {
  const raw = isMarked(bytes) ? bytes.subarray(MARK_BYTES) : bytes;
  const json = raw.toString('utf8');
  if (isNestedTooDeeply(json)) return parked(raw, json, 'nested too deeply');
  let body: unknown;
  try {
    body = JSON.parse(json);
  } catch {
    return parked(raw, json, 'not JSON');
  }
  const update = readUpdate(body, options);
  return update ? { raw, update } : parked(raw, json, 'not an update');
}

function isMarked(bytes: Buffer): boolean {
  // The first byte alone rules it out for nearly every body.
  return bytes[0] === BYTE_ORDER_MARK[0] && BYTE_ORDER_MARK.equals(bytes.subarray(0, MARK_BYTES));
}

function parked(raw: Buffer, json: string, parkedFor: ParkReason): UpdateBody {
  const [, digits] = /^\s*\{\s*"update_id"\s*:\s*(\d{1,15})\s*[,}]/.exec(json.slice(0, 200)) ?? [];
  return { raw, parkedFor, ...(digits !== undefined && { updateId: Number(digits) }) };
}
