import { Cluster, type Redis as Single } from 'ioredis';
import { nodesOf, type Redis } from './connect.js';

/**
 * Makes every master rewrite its append-only file once after each restart, until the returned function is called.
 *
 * The file holds a script's writes between MULTI and EXEC. If Redis is killed while it appends them, the last command
 * is cut short. The first restart removes that command, but leaves the MULTI before it, and executes none of the
 * transaction. All later writes are appended after that MULTI, so the second restart executes everything, including
 * the incomplete transaction, such as a pop without its session. (Seen in Redis 7.0.15; Valkey's fix is
 * valkey-io/valkey#4342.) A rewrite dumps the correct state from memory, in a forked process. If Redis is killed during
 * it, the next start may fail ("the truncated file is not the last file"); the start after that has intact data.
 *
 * @param onTrouble called when a server refuses the rewrite, as managed servers may; the next connection tries again
 * @returns a function that stops watching; rewrites in progress continue
 */
export function rewriteAofAfterRestarts(
  redis: Redis,
  onTrouble: (error: unknown) => void,
): () => void {
  const watched: { node: Single; onReady: () => void }[] = [];
  let isStopped = false;

  function watch(node: Single): void {
    const onReady = (): void => {
      rewriteOnce(node).catch((error: unknown) => {
        if (!isStopped) onTrouble(error);
      });
    };
    watched.push({ node, onReady });
    node.on('ready', onReady);
    node.once('end', () => unwatch(node));
    if (node.status === 'ready') onReady();
  }

  function unwatch(gone: Single): void {
    const index = watched.findIndex(({ node }) => node === gone);
    for (const { node, onReady } of index < 0 ? [] : watched.splice(index, 1)) {
      node.off('ready', onReady);
    }
  }

  nodesOf(redis).forEach(watch);
  if (redis instanceof Cluster) redis.on('+node', watch);
  return () => {
    isStopped = true;
    if (redis instanceof Cluster) redis.off('+node', watch);
    for (const { node } of [...watched]) unwatch(node);
  };
}

async function rewriteOnce(node: Single): Promise<void> {
  const info = await node.info('persistence');
  const is = (field: string): boolean => info.includes(`\n${field}\r\n`);
  if (!is('aof_enabled:1') || is('aof_rewrite_in_progress:1')) return;
  // -1: no rewrite has finished since the server started.
  if (!is('aof_last_rewrite_time_sec:-1') && is('aof_last_bgrewrite_status:ok')) return;
  try {
    await node.bgrewriteaof();
  } catch (error) {
    // Another worker has already asked for it.
    if (!(error instanceof Error && error.message.includes('already in progress'))) throw error;
  }
}
