import { hash } from 'node:crypto';
import type { ApiCall, ClientTurn } from '../interceptor.js';
import { carriesUpload, isObject } from '../payload.js';

/**
 * Creates the keys under which the calls of a turn are recorded, so that a later attempt can find them: method and
 * payload, plus the number of equal calls before. If the handler takes a different path on its second run, the calls
 * that both runs have in common still match.
 */
export function createCallKeys(): (call: ApiCall) => string {
  /** Most turns make a single call. For these it holds just the name of that call. */
  const counts = new WeakMap<ClientTurn, string | Map<string, number>>();

  return function keyOf(call) {
    const { method, payload, turn } = call;
    const content = carriesUpload(payload) ? describe(payload) : payload;
    const name = hash('sha1', `${method} ${JSON.stringify(content)}`, 'base64url');
    let seen = counts.get(turn);
    if (seen === undefined) {
      counts.set(turn, name);
      return name;
    }
    if (typeof seen === 'string') {
      seen = new Map<string, number>([[seen, 1]]);
      counts.set(turn, seen);
    }
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 ? name : `${name}.${before}`;
  };
}

/**
 * The payload with file contents replaced by their hash. A stream can be read only once, so its path, if it has
 * one, identifies it.
 */
function describe(value: unknown): unknown {
  if (!isObject(value)) return value;
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value;
    return hash('sha1', Buffer.from(buffer, byteOffset, byteLength), 'base64url');
  }
  if (Array.isArray(value)) return value.map(describe);
  if (typeof value['pipe'] === 'function' || typeof value['getReader'] === 'function') {
    const { path } = value;
    return typeof path === 'string' ? path : 'a stream';
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, describe(inner)]));
}
