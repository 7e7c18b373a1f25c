import { Cluster, type Redis as Single } from 'ioredis';
import { nodesOf, type Redis } from './connect.js';

/**
 * Has every master write its append-only file anew, once after each of its starts, from now until the answer is called.
 *
 * A script's writes lie in that file between MULTI and EXEC. Killed while it writes them, Redis leaves half a command
 * behind. Its next start cuts that off, but not the MULTI before it, and carries out nothing of it. What is written from
 * then on lies behind that MULTI, and the start after that carries out all of it: the forgotten half too, such as a pop
 * without its session. (Seen in Redis 7.0.15; Valkey's remedy is valkey-io/valkey#4342.) A rewrite puts down what is in
 * memory, which is right. It forks, as every rewrite does. Killed in the middle of this one, Redis may refuse one start
 * ("the truncated file is not the last file") and comes up whole at the next.
 *
 * @param onTrouble told when a server refuses, as managed ones may; it is asked again at the next connection
 */
export function keepAppendOnlyFilesWhole(
  redis: Redis,
  onTrouble: (error: unknown) => void,
): () => void {
  const watched: { node: Single; look: () => void }[] = [];
  let over = false;

  function watch(node: Single): void {
    const look = (): void => {
      rewriteOnce(node).catch((error: unknown) => {
        if (!over) onTrouble(error);
      });
    };
    watched.push({ node, look });
    node.on('ready', look);
    node.once('end', () => forget(node));
    if (node.status === 'ready') look();
  }

  function forget(gone: Single): void {
    const index = watched.findIndex(({ node }) => node === gone);
    for (const { node, look } of index < 0 ? [] : watched.splice(index, 1)) node.off('ready', look);
  }

  nodesOf(redis).forEach(watch);
  if (redis instanceof Cluster) redis.on('+node', watch);
  return () => {
    over = true;
    if (redis instanceof Cluster) redis.off('+node', watch);
    for (const { node } of [...watched]) forget(node);
  };
}

async function rewriteOnce(node: Single): Promise<void> {
  const info = await node.info('persistence');
  const is = (field: string): boolean => info.includes(`\n${field}\r\n`);
  if (!is('aof_enabled:1') || is('aof_rewrite_in_progress:1')) return;
  // -1: none has ended since the start.
  if (!is('aof_last_rewrite_time_sec:-1') && is('aof_last_bgrewrite_status:ok')) return;
  try {
    await node.bgrewriteaof();
  } catch (error) {
    // Another worker was first.
    if (!(error instanceof Error && error.message.includes('already in progress'))) throw error;
  }
}
