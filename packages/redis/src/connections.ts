import { nodesOf, type Redis } from './connect.js';

/**
 * The number of the database that the connection uses; a cluster has database 0 only. Channels and `CLIENT LIST` know
 * no databases: what concerns one deployment has to be told apart by this number.
 */
export function databaseOf(redis: Redis): number {
  return 'nodes' in redis ? 0 : (redis.options.db ?? 0);
}

/** The names of all connections to the same database, a list for each master; one without a name is left out. */
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
