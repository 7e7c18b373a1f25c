/*
 * Every key of the broadcasts of a deployment. <B> is `{<name>}:broadcasts`: the braces are a hash tag, so that all of
 * them live in one slot and every script is legal on Redis Cluster. Times are Redis's, in milliseconds.
 *
 *   <B>:ids                 string  the last id
 *   <B>:all                 zset    broadcast -> when it was created
 *   <B>:active              zset    broadcast -> when a runner should look at it: its start, or the end of its lease
 *   <B>:<id>                hash    state, content, topic, paid, rate, max-errors, unknown-retry; size and digest (of
 *                                   the audience), code (of the preview); createdAt, startAt, startedAt, endedAt,
 *                                   lastAt (the last outcome); pausedBy, why; epoch, lease (until when); the counts
 *                                   sending, sent, blocked, opted-out, unknown, failed, done; low (all recipients
 *                                   before it have outcomes), high (nothing was sent to this recipient or later ones)
 *   <B>:<id>:audience       string  8 bytes for each recipient: the chat id as a big-endian double
 *   <B>:<id>:outcomes       string  1 byte for each recipient (outcomes.ts)
 *   <B>:<id>:reasons        hash    why a message failed -> its byte in the outcomes
 *   <B>:<id>:seen:<n>       set     the chats of a draft's audience, by their number modulo 16384
 *   <B>:chats:<n>           hash    known chats, by their number modulo 16384 -> a record (chats.lua)
 *   {<name>}:broadcast-runs:*  BullMQ  wake-ups
 */

/** The name of the BullMQ queue; its prefix is the hash tag. */
export const BROADCASTS_QUEUE = 'broadcast-runs';

/** How many sets hold a draft's audience (add-recipients.lua), and how many hashes hold the known chats (chats.lua). */
export const SHARDS = 16_384;

/** The key names that TypeScript uses; the scripts build theirs from `scope` with `lua/names.lua`. */
export interface BroadcastKeys {
  /** The prefix of the queue. */
  readonly prefix: string;
  /**
   * The declared keys of every script: two names that never exist as keys. While the slot moves to
   * another master, Redis answers `TRYAGAIN` for two missing keys; for a single one it would
   * redirect the client to the new master.
   */
  readonly scope: readonly [prefix: string, other: string];
  readonly all: string;
  readonly active: string;
  broadcast(id: number): string;
  outcomes(id: number): string;
  reasons(id: number): string;
  seen(id: number, set: number): string;
}

export function broadcastKeys(name: string): BroadcastKeys {
  const broadcasts = `{${name}}:broadcasts`;
  return {
    prefix: `{${name}}`,
    scope: [broadcasts, `${broadcasts}:`],
    all: `${broadcasts}:all`,
    active: `${broadcasts}:active`,
    broadcast: (id) => `${broadcasts}:${id}`,
    outcomes: (id) => `${broadcasts}:${id}:outcomes`,
    reasons: (id) => `${broadcasts}:${id}:reasons`,
    seen: (id, set) => `${broadcasts}:${id}:seen:${set}`,
  };
}
