import { createSessionStore, type VersionedSessionStore } from './session-store.js';
import {
  CLEARED_SECONDS,
  firstVersion,
  type SessionTable,
  type StoredSession,
} from './session-table.js';

/** The document of one session. */
export interface MongoSession {
  /** The session's key. */
  _id: string;
  /** See `StoredSession.version`. */
  version: number;
  /** The session as JSON text, because a document cannot hold every key and string that JSON can. Null: cleared. */
  value: string | null;
  /** The session as JSON text before the turn of the event `writtenBy`. */
  previous: string | null;
  /** The id of the event whose turn wrote the session last. Null when that write can no longer be undone. */
  writtenBy: string | null;
  /** Null: never. */
  expiresAt: Date | null;
  /** For people who look at the data; the store does not read it. */
  updatedAt: Date;
}

/** The methods of a `Collection` of the `mongodb` package that the store calls. */
export interface MongoCollection {
  /** Reads a session from the primary. */
  findOne(filter: { _id: string }, options: { readPreference: 'primary' }): Promise<unknown>;
  /** Creates a session. */
  insertOne(document: MongoSession, options: WriteOptions): Promise<unknown>;
  /** Replaces a session whose version is still the one that was read. */
  updateOne(
    filter: { _id: string; version?: number },
    update: { $set: Omit<MongoSession, '_id' | 'version'>; $inc: { version: 1 } },
    options: WriteOptions,
  ): Promise<{ matchedCount: number }>;
  /** Reads all sessions, ordered by key. */
  find(
    filter: Record<string, never>,
    options: { readPreference: 'primary'; sort: { _id: 1 } },
  ): AsyncIterable<unknown>;
  /** Creates the index with which MongoDB removes expired sessions. */
  createIndex(index: { expiresAt: 1 }, options: { expireAfterSeconds: 0 }): Promise<unknown>;
}

interface WriteOptions {
  writeConcern: { w: 'majority' };
}

/** A failover loses nothing that a majority has acknowledged. */
const durable: WriteOptions = { writeConcern: { w: 'majority' } };
const current = { readPreference: 'primary' } as const;

/** MongoDB's error code for an insert whose `_id` exists. */
const DUPLICATE_KEY = 11_000;

/**
 * Keeps sessions in MongoDB, one document each. `collection` belongs to the bot and comes from the official driver;
 * this package imports none. The first write creates an index with which MongoDB deletes expired documents.
 */
export function mongoStore<S = unknown>({
  collection,
}: {
  collection: MongoCollection;
}): VersionedSessionStore<NoInfer<S>> {
  return createSessionStore<S>(mongoTable(collection));
}

function mongoTable(collection: MongoCollection): SessionTable {
  let indexed: Promise<unknown> | undefined;

  return {
    async read(key) {
      const found = await collection.findOne({ _id: key }, current);
      return found === null ? undefined : toSession(found as MongoSession);
    },
    async write(key, { json, previousJson, writtenBy, ttlSeconds }, expected) {
      // A failure is harmless: expired sessions are recognized by their time when they are read.
      indexed ??= collection
        .createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 })
        .catch(() => undefined);
      await indexed;
      const session = fields(
        { value: json ?? null, previous: previousJson ?? null, writtenBy: writtenBy ?? null },
        json === undefined ? CLEARED_SECONDS : ttlSeconds,
      );
      if (expected === 0) {
        const version = firstVersion();
        return (await insert(collection, { _id: key, version, ...session })) ? version : undefined;
      }
      const { matchedCount } = await collection.updateOne(
        { _id: key, version: expected },
        { $set: session, $inc: { version: 1 } },
        durable,
      );
      return matchedCount === 1 ? expected + 1 : undefined;
    },
    async remove(key) {
      const found = (await collection.findOne({ _id: key }, current)) as MongoSession | null;
      if (found === null || (found.value === null && found.previous === null)) return false;
      const nothing = { value: null, previous: null, writtenBy: null };
      const update = { $set: fields(nothing, CLEARED_SECONDS), $inc: { version: 1 } } as const;
      return (await collection.updateOne({ _id: key }, update, durable)).matchedCount === 1;
    },
    async *entries() {
      for await (const found of collection.find({}, { ...current, sort: { _id: 1 } })) {
        const session = toSession(found as MongoSession);
        if (session.json !== undefined) yield { key: (found as MongoSession)._id, ...session };
      }
    },
  };
}

type Content = Pick<MongoSession, 'value' | 'previous' | 'writtenBy'>;

function fields(content: Content, seconds: number): Omit<MongoSession, '_id' | 'version'> {
  const expiresAt = seconds > 0 ? new Date(Date.now() + seconds * 1_000) : null;
  return { ...content, expiresAt, updatedAt: new Date() };
}

async function insert(collection: MongoCollection, document: MongoSession): Promise<boolean> {
  try {
    await collection.insertOne(document, durable);
    return true;
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === DUPLICATE_KEY) return false;
    throw error;
  }
}

function toSession(found: MongoSession): StoredSession {
  const { version, value, previous, writtenBy, expiresAt } = found;
  const lifeMs = expiresAt ? Math.max(0, expiresAt.getTime() - Date.now()) : undefined;
  const alive = lifeMs !== 0;
  return {
    json: alive ? (value ?? undefined) : undefined,
    version,
    writtenBy: writtenBy ?? undefined,
    previousJson: alive ? (previous ?? undefined) : undefined,
    lifeMs,
  };
}
