import { seededRandom } from '../harness/seeded-random.js';
import { makeUpdate, type BenchUpdate } from './updates.js';

/** The first chat id, so that ids are as long as real ones. */
const FIRST_CHAT = 5_000_000_000;
const FIRST_UPDATE = 715_000_000;

export type Load = (updates: number) => BenchUpdate[];

/** A different chat for each update. */
export const cold: Load = (updates) => make(updates, (index) => index);

/** A random chat for each update, out of `chats` chats. */
export function hot(chats: number): Load {
  return (updates) => {
    const random = seededRandom(1);
    return make(updates, () => Math.floor(random() * chats));
  };
}

/** Bursts of 1 to 8 updates, with a Zipf distribution (exponent 1.1) over `chats` chats: a few send most updates. */
function zipf(chats: number): Load {
  const weights = Array.from({ length: chats }, (_, rank) => (rank + 1) ** -1.1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const upTo = weights.map((weight) => (sum += weight / total));
  return (updates) => {
    const random = seededRandom(2);
    let chat = 0;
    let left = 0;
    return make(updates, () => {
      if (left === 0) {
        const drawn = random();
        chat = Math.max(
          0,
          upTo.findIndex((edge) => drawn < edge),
        );
        left = 1 + Math.floor(random() * 8);
      }
      left -= 1;
      return chat;
    });
  };
}

/** The loads of the queue scenarios. */
export const queueLoads = { cold, hot: hot(200), zipf: zipf(5_000) };

function make(updates: number, chatOf: (index: number) => number): BenchUpdate[] {
  return Array.from({ length: updates }, (_, index) =>
    makeUpdate(FIRST_UPDATE + index, FIRST_CHAT + chatOf(index)),
  );
}
