import { nodesOf, type Redis } from './connect.js';

/** Keys that one SCAN call visits. */
const STEP = 200;

/**
 * All keys of all masters that match a glob-style pattern, in lists of up to about 200. A key may be returned twice while
 * Redis resizes its tables.
 */
export async function* scanKeys(redis: Redis, pattern: string): AsyncGenerator<string[]> {
  for (const node of nodesOf(redis)) {
    let cursor = '0';
    do {
      const [next, keys] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', STEP);
      cursor = next;
      if (keys.length > 0) yield keys;
    } while (cursor !== '0');
  }
}
