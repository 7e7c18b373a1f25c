import { nodesOf, type Redis } from './connect.js';

/**
 * The number of the database that the connection uses (always 0 on a cluster). Channels and `CLIENT LIST` span all
 * databases, so a deployment must use this number to recognise what belongs to it.
 */
export function databaseOf(redis: Redis): number {
  return 'nodes' in redis ? 0 : (redis.options.db ?? 0);
}

/** The client names of all connections to the same database, one list per master. Unnamed connections are left out. */
export async function connectionNames(redis: Redis): Promise<string[][]> {
  const database = databaseOf(redis);
  const lists = await Promise.all(nodesOf(redis).map((node) => node.client('LIST')));
  return lists.map((list) =>
    String(list)
      .split('\n')
      .filter((line) => line.includes(` db=${database} `))
      .flatMap((line) => / name=(\S+)/.exec(line)?.[1] ?? []),
  );
}
