import { createHash } from 'node:crypto';

/*
 * Every key of the downloads of a deployment. <F> is `{<name>}:files`: the braces are a hash tag, so that
 * all of them live in one slot and every script is legal on Redis Cluster. Times are Redis's, in milliseconds.
 *
 *   requests
 *   <F>:request:<id>       hash    state (open, recorded, told), user, at, shared, file, run, until, fails, starts, inspecting (while
 *                                  a run looks into its file), stopped (how often that did not end), round, key,
 *                                  day + bytes (its charge), outcome, result, album, batch; of a forget: count
 *   <F>:oldest             zset    request -> since when it is open
 *   <F>:open:<user>        zset    the user's open requests -> when they were asked for
 *   <F>:dead:<user>        set     the user's requests that were given up
 *   <F>:forgotten:<user>   string  up to when everything that was asked for is forgotten
 *   <F>:quota:user:<user>  hash    day, files, bytes; the same for all together is <F>:quota:bot; for all channels
 *                                  of one chat <F>:quota:user:channels:<chat>
 *   <F>:runs               string  the last fence given, only ever rising
 *   work in hand
 *   <F>:running:<user>     zset    request -> when its lease ends
 *   <F>:waiting:<user>     zset    requests put off because the user has enough running
 *   <F>:claim:<file>       string  the request that fetches the file; gone with its lease
 *   <F>:claimants:<file>   zset    requests put off because of that claim
 *   albums
 *   <F>:album:<album>      hash    batch (the one that is open), last (when a part was asked for)
 *   <F>:album:<album>:<n>  zset    requests of batch n
 *   stored files
 *   <F>:index:<user>       zset    file -> when it was asked for
 *   <F>:entries:<user>     hash    file -> the StoredFile as that user has it, JSON
 *   <F>:file:<file>        string  JSON of what all its holders share: key, size, sha256, type
 *   <F>:holders:<file>     set     users that have it        \ not empty, exactly while <F>:file:<file>
 *   <F>:refs:<key>         set     files that are this object / exists
 *   <F>:made:<user>:<file> hash    what processors made of it: name -> the StoredFile, JSON
 *   <F>:expires            zset    `<user>|<file>` -> when it goes
 *   objects in the storage
 *   <F>:intent:<key>       zset    request that is about to put it -> when its lease ends
 *   <F>:doomed             zset    key -> from when on it is deleted, unless somebody has it by then
 *   <F>:making:<user>      zset    key of what a processor made that is about to be put -> when its lease ends
 *   <F>:unsettled:<user>   set     keys that may be in the storage and are nobody's: gone before forgetting is told
 *   <F>:retired:<key>      string  how often a key was deleted: its next object gets a name of its own
 *   queues
 *   {<name>}:downloads:*   BullMQ  a job a download
 *   {<name>}:file-chores:* BullMQ  forgetting, closing albums, the janitor
 */

/** Names of BullMQ's queues; their prefix is the hash tag. */
export const DOWNLOADS_QUEUE = 'downloads';
export const CHORES_QUEUE = 'file-chores';

/** Key names that TypeScript uses; the scripts make theirs from `scope` with `lua/names.lua`. */
export interface FileKeys {
  /** Prefix of the queues. */
  readonly prefix: string;
  /** What every script declares: two names that no key ever has (of one alone, a moving slot would answer wrongly). */
  readonly scope: readonly [prefix: string, other: string];
  readonly doomed: string;
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
    doomed: `${files}:doomed`,
    making: (userId) => `${files}:making:${userId}`,
    unsettled: (userId) => `${files}:unsettled:${userId}`,
    index: (userId) => `${files}:index:${userId}`,
    entries: (userId) => `${files}:entries:${userId}`,
  };
}

/** Names an album, in letters that a job's id and an event's id may have: the same group id in another lane is another album. */
export function albumName(lane: string, mediaGroupId: string): string {
  return createHash('sha256').update(`${lane}|${mediaGroupId}`).digest('hex').slice(0, 32);
}
