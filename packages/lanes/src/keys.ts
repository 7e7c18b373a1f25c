/*
 * All keys of a deployment. <P> is `{<name>:<partition>}`: the braces are a hash tag, so that all keys of a partition
 * are in one slot and every script is legal on Redis Cluster. <S> is the scope: <P> on a cluster, but `{<name>}` on a
 * single Redis, where a script may serve lanes of all partitions.
 *
 *   <P>:mail:<lane>        list     the mailbox: envelopes in order, the head is the event to handle
 *   <P>:lane:<lane>        hash     epoch, lease, attempts, begun, done, pause, reread, why, deaths,
 *                                   suspect, alone, rested, told, carried: absent while the lane is idle
 *   <P>:effects:<lane>     string   journal of the head's effects, a line of JSON each: see turn/journal-lines.ts
 *   <P>:waking             zset     lane -> when it was woken          \
 *   <P>:held               zset     lane -> when its lease ends         | a lane is in exactly one,
 *   <P>:resting            zset     lane -> when it may be opened again | or idle and in none
 *   <P>:paused             zset     lane -> when it was paused         /
 *   <P>:moving             zset     lane of a migrated group -> when its move to the new lane began
 *   <P>:moved              hash     the same lane -> its new lane, forever (see migration/migrations.ts)
 *   <P>:arrived:<lane>     set      what the new lane has received from that lane, kept for 48 h
 *   <P>:users:<lane>       set      users with a session, only for lanes that can migrate
 *   <P>:oldest             zset     lane -> arrival of its head
 *   <S>:seen:<id >> 16>    bitmap   one bit per update_id, kept for 48 h; on a single Redis shared by all partitions
 *   <S>:once:<event id>    string   the same for internal events
 *   <P>:session:<lane>:<user>  string  session JSON
 *   <P>:dead               zset     dead letter -> when it was buried
 *   <P>:dead:<id>          hash     the dead letter with its envelope
 *   <P>:dead-of:<lane>     zset     the same dead letters, by lane
 *   <P>:clock              string   Redis time of the partition's last sweep, to detect a clock that was set back
 *   <P>:dropped            string   how many dead letters were dropped because there were too many
 *   <P>:outbox             zset     entry of a committed turn, to be delivered -> when a sweep may claim it
 *   {<name>}:interrupt:<db>  channel  `<lane>|<update id>|<session user>|<bot>`: stop that user's turn if it is earlier
 *                                   than the update; channels span all databases, hence the number in the name
 *   {<name>}:wake:*        BullMQ   the wake-up queue
 *   {<name>}:later:*       BullMQ   events that wait until they are due, and schedules
 *   {<name>}:sweep         hash     look, at, every: number of the last sweep, when it was, milliseconds between two
 *   {<name>}:trial         string   exists while a worker tries suspects
 *   {<name>}:schedules     hash     what running workers declare: checksum of their schedules -> `<since>|<until>|<JSON>`
 *   {<name>}:partitions    string   `fixed`; in 0.1.0 the number of partitions that the operator had chosen
 *   {<name>}:bot           string   numeric id of the bot that the deployment belongs to
 *   {<name>}:allowed-updates  string  kinds of updates that the bot wants, as JSON
 *   {<name>}:repartition   string   `<from> 64` while the data of 0.1.0 is being upgraded: no process may start
 *   {<name>}:session-version:<property>:<version>  string  exists while a worker that supports it is alive; expires
 *   {<name>}:parked        list     bodies that are not updates, the newest first, capped
 *   {<name>}:probe         never exists: deleting it checks whether Redis accepts writes
 */

/** Names of the BullMQ queues; their prefix is the hash tag. */
export const WAKE_QUEUE = 'wake';
export const LATER_QUEUE = 'later';

/** Key names of one partition. The only place where key names are built. */
export interface PartitionKeys {
  readonly prefix: string;
  /**
   * Declared as KEYS by scripts that derive their keys from prefixes: two names that never exist as keys. While the
   * slot moves to another master, Redis answers `TRYAGAIN` for two missing keys; for a single one it would redirect the
   * client to the new master. Lanes with the same array may share a script call: all lanes on a single Redis, those of
   * one partition on a cluster.
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

/** @param sharedPrefix prefix of the keys that all partitions share, if one script may serve them all */
export function partitionKeys(
  name: string,
  partition: number,
  sharedPrefix?: string,
): PartitionKeys {
  const prefix = `{${name}:${partition}}`;
  const shared = sharedPrefix ?? prefix;
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

/** A SCAN pattern for the keys in all partitions that have `beginning` and a colon after the prefix. */
export function inEveryPartition(name: string, beginning: string): string {
  return `{${name.replace(/[\\*?[\]]/g, '\\$&')}:*}:${beginning}:*`;
}

/** Keys of the deployment as a whole. */
export function deploymentKeys(name: string): Record<
  | 'prefix'
  | 'parked'
  | 'partitions'
  | 'bot'
  | 'allowedUpdates'
  | 'probe'
  | 'upgrade'
  | 'sweep'
  | 'trial'
  | 'schedules',
  string
> & {
  /** The channel for interruptions of the deployment in this database. */
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
    schedules: `${prefix}:schedules`,
    interrupt: (database) => `${prefix}:interrupt:${database}`,
  };
}

/** The lane of a session key, which consists of the lane, a colon, and a part chosen by the bot. */
export function laneOfSession(sessionKey: string): string {
  const known = /^(?:[cgpsx]:[^:]*|(?:b|express):[^:]*:[^:]*)(?=:)/.exec(sessionKey);
  return known ? known[0] : sessionKey.slice(0, sessionKey.lastIndexOf(':'));
}
