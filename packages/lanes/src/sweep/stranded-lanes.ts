import { nodesOf, type Redis } from '@chatlane/redis';
import { inEveryPartition, type PartitionKeys } from '../keys.js';
import type { Partitions } from '../partitions.js';
import { rescueScript } from '../scripts.js';

/** Keys that one step visits, which takes Redis a fraction of a millisecond. */
const STEP = 1_000;

/**
 * Walks over all mailboxes, one step per call, again and again: a million keys take a thousand calls. Only lanes with
 * mail have a mailbox, so a step returns few lanes.
 */
export interface MailboxWalk {
  /** The lanes whose mailboxes the step has visited, by partition. A lane may be returned twice in one round. */
  step(): Promise<Map<PartitionKeys, string[]>>;
  /** Whether the last step completed a round. */
  readonly isAtStart: boolean;
}

export function createMailboxWalk(redis: Redis, partitions: Partitions): MailboxWalk {
  const mailboxes = inEveryPartition(partitions.name, 'mail');
  const byPrefix = new Map(partitions.all.map((keys) => [keys.prefix, keys]));
  const cursors = new Map<string, string>();

  return {
    get isAtStart() {
      return [...cursors.values()].every((cursor) => cursor === '0');
    },
    async step() {
      const found = new Map<PartitionKeys, string[]>();
      const nodes = nodesOf(redis);
      await Promise.all(
        nodes.map(async (node, index) => {
          const id = `${index} of ${nodes.length}`;
          const cursor = cursors.get(id) ?? '0';
          const [next, keysFound] = await node.scan(cursor, 'MATCH', mailboxes, 'COUNT', STEP);
          cursors.set(id, next);
          for (const mailbox of keysFound) {
            const end = mailbox.indexOf('}:mail:');
            const keys = byPrefix.get(mailbox.slice(0, end + 1));
            if (!keys) continue;
            const lanes = found.get(keys);
            const lane = mailbox.slice(end + '}:mail:'.length);
            if (lanes) lanes.push(lane);
            else found.set(keys, [lane]);
          }
        }),
      );
      return found;
    },
  };
}

/** All lanes that have mail but are in no state. */
export async function findStranded(redis: Redis, partitions: Partitions): Promise<string[]> {
  const walk = createMailboxWalk(redis, partitions);
  const stranded = new Set<string>();
  do {
    for (const [keys, lanes] of await walk.step()) {
      const states = [keys.waking, keys.held, keys.resting, keys.paused, keys.moving];
      const known = await Promise.all(states.map((state) => redis.zmscore(state, ...lanes)));
      for (const [index, lane] of lanes.entries()) {
        if (known.every((scores) => scores[index] === null)) stranded.add(lane);
      }
    }
  } while (!walk.isAtStart);
  return [...stranded];
}

/** Wakes those of the lanes that have mail but are in no state, and returns them. */
export function rescue(
  redis: Redis,
  keys: PartitionKeys,
  lanes: readonly string[],
): Promise<{ now: number; woken: string[] }> {
  return rescueScript.run(redis, keys.scope, [keys.prefix, ...lanes]);
}
