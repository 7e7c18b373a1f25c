/*
 * Every key of a deployment, and who writes it. <P> is `{<name>:<partition>}`: the braces are a hash
 * tag, so that all keys of a partition live in one slot and every script is legal on Redis Cluster. <S> is the scope:
 * <P> on a cluster; on one Redis, where a script may serve lanes of all partitions, `{<name>}`.
 *
 *   <P>:mail:<lane>        list     the mailbox: envelopes in order, the head is the event in hand
 *   <P>:lane:<lane>        hash     epoch, lease, attempts, begun, done, pause, reread, why, deaths,
 *                                   suspect, alone, rested, told, carried: gone when the lane is idle
 *   <P>:effects:<lane>     string   journal of the head's effects, a line of JSON each: see journal-lines.ts
 *   <P>:waking             zset     lane -> when it was woken          \
 *   <P>:held               zset     lane -> when its lease ends         | a lane is in exactly one,
 *   <P>:resting            zset     lane -> when it may be opened again | or idle and in none
 *   <P>:paused             zset     lane -> when it was paused         /
 *   <P>:moving             zset     lane of a group that migrated -> since when its things are carried to its new lane
 *   <P>:moved              hash     the same lane -> its new lane, for ever (see migrations.ts)
 *   <P>:arrived:<lane>     set      what has arrived from that lane in its new one, kept for 48 h
 *   <P>:users:<lane>       set      of a lane that can migrate: users with a session
 *   <P>:oldest             zset     lane -> arrival of its head
 *   <S>:seen:<id >> 16>    bitmap   one bit per update_id, kept for 48 h: one bitmap for all partitions where that is possible
 *   <S>:once:<event id>    string   the same for internal events
 *   <P>:session:<lane>:<user>  string  session JSON
 *   <P>:dead               zset     dead letter -> when it was buried
 *   <P>:dead:<id>          hash     the dead letter, whole
 *   <P>:dead-of:<lane>     zset     the same dead letters, by lane
 *   <P>:clock              string   Redis time of the last look at the partition: a clock that was set back shows
 *   <P>:dropped            string   how many dead letters were dropped because there were too many
 *   <P>:outbox             zset     what committed turns want delivered -> when a sweep may take it up
 *   {<name>}:interrupt:<db>  channel  `<lane>|<update id>|<session user>|<bot>`: that user's turn before the update is to
 *                                   stop; a channel is the server's, not the database's, hence its number in the name
 *   {<name>}:wake:*        BullMQ   the wake-up queue
 *   {<name>}:sweep:*       BullMQ   the sweep's scheduler, one for the deployment
 *   {<name>}:sweep         hash     look, at, every: number of the sweep's last look, when it was, milliseconds between two
 *   {<name>}:trial         string   there while a worker runs a suspect lane alone
 *   {<name>}:partitions    string   `fixed`; of 0.1.0 the number of partitions that an operator had chosen
 *   {<name>}:bot           string   numeric id of the bot that the deployment belongs to
 *   {<name>}:allowed-updates  string  kinds of updates that the bot wants, as JSON; see allowed-updates.ts
 *   {<name>}:repartition   string   `<from> 64` while the data of 0.1.0 is carried over: nobody may start
 *   {<name>}:session-version:<property>:<version>  string  there while a worker whose code knows it is alive; expires
 *   {<name>}:parked        list     bodies that are no updates, the newest first, capped
 *   {<name>}:probe         never exists: deleting it tells whether Redis takes writes
 */

/** Names of BullMQ's queues; their prefix is the hash tag. */
export const WAKE_QUEUE = 'wake';

/** Key names of one partition. Nobody else puts a key together. */
export interface PartitionKeys {
  readonly prefix: string;
  /**
   * What a script declares that derives its keys from prefixes: two names that no key ever has. While the slot moves
   * to another master, Redis answers such with `TRYAGAIN`; of one name alone it would say that the new master has it.
   * Lanes with the same array may share a script call: on one Redis all, on a cluster those of one partition.
   */
  readonly scope: readonly [prefix: string, other: string];
  readonly waking: string;
  readonly held: string;
  readonly resting: string;
  readonly paused: string;
  readonly oldest: string;
  readonly dead: string;
  readonly outbox: string;
  readonly moving: string;
  readonly moved: string;
  arrived(lane: string): string;
  users(lane: string): string;
  mail(lane: string): string;
  lane(lane: string): string;
  effects(lane: string): string;
  seen(updateId: number): string;
  once(eventId: string): string;
  /** Prefix of the lane's session keys; the user part follows. */
  sessions(lane: string): string;
  session(sessionKey: string): string;
  deadLetter(id: string): string;
  /** Ids of the dead letters of a lane. */
  deadOf(lane: string): string;
  readonly dropped: string;
}

const scopes = new Map<string, PartitionKeys['scope']>();

/** `together`: prefix of what all partitions have in common, where one script may serve them all. */
export function partitionKeys(name: string, partition: number, together?: string): PartitionKeys {
  const prefix = `{${name}:${partition}}`;
  const shared = together ?? prefix;
  return {
    prefix,
    scope: scopeOf(shared),
    waking: `${prefix}:waking`,
    held: `${prefix}:held`,
    resting: `${prefix}:resting`,
    paused: `${prefix}:paused`,
    oldest: `${prefix}:oldest`,
    dead: `${prefix}:dead`,
    outbox: `${prefix}:outbox`,
    moving: `${prefix}:moving`,
    moved: `${prefix}:moved`,
    arrived: (lane) => `${prefix}:arrived:${lane}`,
    users: (lane) => `${prefix}:users:${lane}`,
    mail: (lane) => `${prefix}:mail:${lane}`,
    lane: (lane) => `${prefix}:lane:${lane}`,
    effects: (lane) => `${prefix}:effects:${lane}`,
    seen: (updateId) => `${shared}:seen:${Math.floor(updateId / 65_536)}`,
    once: (eventId) => `${shared}:once:${eventId}`,
    sessions: (lane) => `${prefix}:session:${lane}:`,
    session: (sessionKey) => `${prefix}:session:${sessionKey}`,
    deadLetter: (id) => `${prefix}:dead:${id}`,
    deadOf: (lane) => `${prefix}:dead-of:${lane}`,
    dropped: `${prefix}:dropped`,
  };
}

function scopeOf(prefix: string): PartitionKeys['scope'] {
  const known = scopes.get(prefix) ?? ([prefix, `${prefix}:`] as const);
  scopes.set(prefix, known);
  return known;
}

/** A pattern for SCAN: the keys of all partitions that begin with `beginning` behind the prefix. */
export function inEveryPartition(name: string, beginning: string): string {
  return `{${name.replace(/[\\*?[\]]/g, '\\$&')}:*}:${beginning}:*`;
}

/** Keys that belong to the deployment, not to a partition. */
export function deploymentKeys(name: string): Record<
  | 'prefix'
  | 'parked'
  | 'partitions'
  | 'bot'
  | 'allowedUpdates'
  | 'probe'
  | 'upgrade'
  | 'sweep'
  | 'trial',
  string
> & {
  /** The channel of interruptions, of the deployment in that database. */
  interrupt(database: number): string;
} {
  const prefix = `{${name}}`;
  return {
    prefix,
    parked: `${prefix}:parked`,
    partitions: `${prefix}:partitions`,
    bot: `${prefix}:bot`,
    allowedUpdates: `${prefix}:allowed-updates`,
    probe: `${prefix}:probe`,
    upgrade: `${prefix}:repartition`,
    sweep: `${prefix}:sweep`,
    trial: `${prefix}:trial`,
    interrupt: (database) => `${prefix}:interrupt:${database}`,
  };
}
