import { hash } from 'node:crypto';
import type { ApiCall, ClientTurn } from '../interceptor.js';
import { carriesUpload, isObject } from '../payload.js';

/**
 * Names the calls of a turn so that a later attempt finds them again: by method and payload, and by how many equal ones
 * came before. Where the handler takes another way on its second run, all calls that both runs have in common match.
 */
export function createCallKeys(): (call: ApiCall) => string {
  /** Of a turn with one call, which most have, its name alone. */
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

/** The payload with the bytes of a file as their hash. A stream cannot be read twice: it is known by its path, if any. */
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
