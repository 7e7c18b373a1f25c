import { createHash } from 'node:crypto';

/*
 * Every Redis key of a deployment's downloads. <F> is `{<name>}:files`: the braces are a hash tag,
 * so that all of them live in one slot and every script is legal on Redis Cluster. Times are
 * Redis's, in milliseconds.
 *
 *   requests
 *   <F>:request:<id>       hash    state (open, recorded, or told: its event was delivered), user, at, shared, file,
 *                                  run, until, fails, starts, inspecting (while a run inspects its file), stopped (how
 *                                  many inspections did not finish), round, key, day + bytes (its charge), outcome,
 *                                  result, album, batch; for a request to forget: count
 *   <F>:oldest             zset    request -> when it was opened
 *   <F>:open:<user>        zset    the user's open requests -> when they were made
 *   <F>:dead:<user>        set     the user's failed requests
 *   <F>:forgotten:<user>   string  the time up to which all requests are forgotten
 *   <F>:quota:user:<user>  hash    day, files, bytes; <F>:quota:bot for all users together, and
 *                                  <F>:quota:user:channels:<chat> for all channels of one chat
 *   <F>:runs               string  the last fencing token, which only increases
 *   running requests
 *   <F>:running:<user>     zset    request -> when its lease ends
 *   <F>:waiting:<user>     zset    requests postponed because the user has enough running
 *   <F>:claim:<file>       string  the request that fetches the file; expires with its lease
 *   <F>:claimants:<file>   zset    requests postponed because of that claim
 *   albums
 *   <F>:album:<album>      hash    batch (the open one), last (when a part was last added)
 *   <F>:album:<album>:<n>  zset    requests of batch n
 *   stored files
 *   <F>:index:<user>       zset    file -> when it was requested
 *   <F>:entries:<user>     hash    file -> the user's StoredFile, JSON
 *   <F>:file:<file>        string  JSON of what all holders share: key, size, sha256, type
 *   <F>:holders:<file>     set     users who have it         \ not empty exactly while <F>:file:<file>
 *   <F>:refs:<key>         set     files stored as this object / exists
 *   <F>:made:<user>:<file> hash    files derived from it: processor -> the StoredFile, JSON
 *   <F>:expires            zset    `<user>|<file>` -> when it expires
 *   objects in the storage
 *   <F>:intent:<key>       zset    request that is about to put it -> when its lease ends
 *   <F>:doomed             zset    orphaned keys -> when they are deleted unless they are referenced by then
 *   <F>:making:<user>      zset    keys of derived files that are about to be put -> when their lease ends
 *   <F>:unsettled:<user>   set     keys that may be stored without an owner; deleted before forgetting is confirmed
 *   <F>:retired:<key>      string  how often a key was deleted, so that its next object gets a new key
 *   queues
 *   {<name>}:downloads:*   BullMQ  one job per download
 *   {<name>}:file-chores:* BullMQ  forgetting, closing albums, the janitor
 */

/** The names of the BullMQ queues; their prefix is the hash tag. */
export const DOWNLOADS_QUEUE = 'downloads';
export const MAINTENANCE_QUEUE = 'file-chores';

/** The key names that TypeScript uses; the scripts build theirs from `scope` with `lua/names.lua`. */
export interface FileKeys {
  /** The prefix of the queues. */
  readonly prefix: string;
  /**
   * The declared keys of every script: two names that never exist as keys. While the slot moves to
   * another master, Redis answers `TRYAGAIN` for two missing keys; for a single one it would
   * redirect the client to the new master.
   */
  readonly scope: readonly [prefix: string, other: string];
  readonly orphaned: string;
  making(userId: number): string;
  unsettled(userId: number): string;
  index(userId: number): string;
  entries(userId: number): string;
}

export function fileKeys(name: string): FileKeys {
  const files = `{${name}}:files`;
  return {
    prefix: `{${name}}`,
    scope: [files, `${files}:`],
    orphaned: `${files}:doomed`,
    making: (userId) => `${files}:making:${userId}`,
    unsettled: (userId) => `${files}:unsettled:${userId}`,
    index: (userId) => `${files}:index:${userId}`,
    entries: (userId) => `${files}:entries:${userId}`,
  };
}

/**
 * The name of an album, in characters that job and event ids allow. Equal group ids in different lanes are different
 * albums.
 */
export function albumName(lane: string, mediaGroupId: string): string {
  return createHash('sha256').update(`${lane}|${mediaGroupId}`).digest('hex').slice(0, 32);
}
