import { nodesOf, type Redis } from '@chatlane/redis';

/** Keys that one step looks at. */
const STEP = 200;

/** All keys that fit a glob-style pattern, in lists of about 200; a key may come twice. */
export async function* scan(redis: Redis, pattern: string): AsyncGenerator<string[]> {
  for (const node of nodesOf(redis)) {
    let cursor = '0';
    do {
      const [next, keys] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', STEP);
      cursor = next;
      if (keys.length > 0) yield keys;
    } while (cursor !== '0');
  }
}
