import { createHash } from 'node:crypto';
import type { ForwardedEvent } from './events.js';
import type { FileAddress } from './files.js';
import { isBasicGroup } from './migration.js';
import { requireJson } from './require-json.js';

/** The most bytes that the data of an event may have as JSON. */
const MAX_DATA_BYTES = 65_536;
/** BullMQ sorts delayed jobs exactly until 2039. */
const MAX_DELAY_MS = 10 * 365 * 86_400_000;
/** A time in 1973. An earlier one was probably given in seconds. */
const EARLIEST = 1e11;

/** An event of the bot author, as a handler receives it: the payload of internal events of the kind `event`. */
export interface BotEvent {
  /** What happened, in the author's words. */
  name: string;
  /** Any JSON value of the author. */
  data: unknown;
  /** The key under which it waited; absent when it did not wait. */
  key?: string;
  /** Id of the request that it comes from, if it waited. Another request with its key replaces it. */
  request?: string;
  /** The chat, and the user whose session it has. */
  address: FileAddress;
}

/** A request to send an event to a lane later: the payload of the kind `event_later`, handled in that lane. */
export interface LaterRequest {
  /** The event. */
  event: Pick<BotEvent, 'name' | 'data' | 'address'>;
  /** When it is due, in milliseconds since 1970. */
  at: number;
  /** Replaces a waiting event of the same session with the same key. */
  key?: string;
}

/** An outbox entry of the kind `later`: an event of a committed turn that waits until it is due. */
export interface WaitingEvent extends ForwardedEvent {
  /** Unique, and the same however often the entry is delivered. */
  id: string;
  /** When it is due, in milliseconds since 1970. */
  at: number;
}

/** Options of an event for a chat. */
export interface EventOptions {
  /** When the event is due, as a date or in milliseconds since 1970. Default: now. */
  at?: Date | number;
  /** The user whose session the handler has. Default: in a private chat its user, elsewhere the chat itself. */
  userId?: number;
  /** With `at`: identifies the waiting event in its session, to replace or cancel it. */
  key?: string;
}

/** An event cannot be sent as it is. Trying again does not help. */
export class InvalidEventError extends TypeError {
  override readonly name = 'InvalidEventError';
  /** Retrying cannot help. */
  readonly nextAction = 'never';

  constructor(
    /** The part that is not valid. */
    readonly field: 'chat' | 'name' | 'data' | 'at' | 'user' | 'key' | 'id',
    rule: string,
  ) {
    super(`The ${field} of an event must be ${rule}.`);
  }
}

/**
 * Creates the event for a chat's lane or, with `at`, a request that the lane's worker turns into a waiting event.
 *
 * @throws InvalidEventError naming the argument that is not valid
 * @throws NotJsonError with the path of a value in `data` that JSON cannot hold
 */
export function eventForChat(
  chatId: number,
  name: string,
  data: unknown,
  { at, userId, key }: EventOptions = {},
): ForwardedEvent {
  const address = addressOf(chatId, userId);
  checkEvent(name, data);
  const event = { name, data: data ?? null, address };
  const { lane, sessionUser } = address;
  const to = { lane, ...(sessionUser !== undefined && { sessionUser }) };
  if (at === undefined) {
    if (key !== undefined) throw new InvalidEventError('key', 'absent without a time (`at`)');
    return { ...to, kind: 'event', payload: event satisfies BotEvent };
  }
  const request: LaterRequest = { event, at: timeOf(at) };
  if (key !== undefined) request.key = checkKey(key);
  return { ...to, kind: 'event_later', payload: request };
}

/**
 * Creates the request to cancel the event that waits for a chat under a key.
 *
 * @throws InvalidEventError naming the argument that is not valid
 */
export function cancellationForChat(chatId: number, key: string, userId?: number): ForwardedEvent {
  const { lane, sessionUser } = addressOf(chatId, userId);
  const to = { lane, ...(sessionUser !== undefined && { sessionUser }) };
  return { ...to, kind: 'event_cancel', payload: { key: checkKey(key) } };
}

/**
 * The key of the record of a waiting event, which is stored like a session of its lane. The record names the request
 * that `key` stands for; without a record, the event was cancelled. The added part contains no colon, because a colon
 * ends the lane's name.
 */
export function waitingKey(sessionKey: string, key: string): string {
  return `${sessionKey}~later-${createHash('sha256').update(key).digest('base64url')}`;
}

/** Whether the key belongs to such a record, not to a session. */
export function isWaitingKey(key: string): boolean {
  return /~later-[\w-]{43}$/.test(key);
}

/** @throws InvalidEventError, NotJsonError */
export function checkEvent(name: string, data: unknown): void {
  if (typeof name !== 'string' || !/^[\w.:-]{1,64}$/.test(name)) {
    throw new InvalidEventError('name', '1 to 64 letters, digits, _, ., : and -');
  }
  requireJson('The data of an event: data', data);
  if (Buffer.byteLength(JSON.stringify(data ?? null)) > MAX_DATA_BYTES) {
    throw new InvalidEventError('data', `at most ${MAX_DATA_BYTES} bytes of JSON`);
  }
}

/** @throws InvalidEventError */
export function checkKey(key: string): string {
  if (typeof key === 'string' && key !== '' && key.length <= 256) return key;
  throw new InvalidEventError('key', 'a text of 1 to 256 characters');
}

/**
 * The id of an event from another program, which is unique in the event's lane.
 *
 * @throws InvalidEventError
 */
export function checkId(id: unknown): string {
  if (typeof id === 'string' && id !== '' && id.length <= 256) return id;
  throw new InvalidEventError('id', 'a text of 1 to 256 characters');
}

/**
 * The time in milliseconds since 1970.
 *
 * @throws InvalidEventError when it is not a time, more than ten years ahead, or probably in seconds
 */
export function timeOf(at: Date | number): number {
  const time = Math.round(Number(at));
  if (typeof at === 'number' || at instanceof Date) {
    if (time >= EARLIEST && time <= Date.now() + MAX_DELAY_MS) return time;
  }
  throw new InvalidEventError('at', 'a time at most ten years ahead, in milliseconds since 1970');
}

function addressOf(chatId: number, userId: number | undefined): FileAddress {
  if (!isId(chatId)) throw new InvalidEventError('chat', 'the numeric id of a chat');
  if (userId !== undefined && !(isId(userId) && userId > 0)) {
    throw new InvalidEventError('user', 'the numeric id of a user');
  }
  const isPrivate = chatId > 0;
  if (isPrivate && userId !== undefined && userId !== chatId) {
    throw new InvalidEventError('user', 'the id of the chat, because a private chat has one user');
  }
  const user = isPrivate ? chatId : userId;
  return {
    lane: `c:${chatId}`,
    sessionUser: user === undefined ? '' : String(user),
    chat: { id: chatId, type: typeOf(chatId) },
    ...(user !== undefined && { from: { id: user, is_bot: false, first_name: '' } }),
  };
}

/** Channels have ids like supergroups; nothing in an id distinguishes them. */
function typeOf(chatId: number): string {
  if (chatId > 0) return 'private';
  return isBasicGroup(chatId) ? 'group' : 'supergroup';
}

function isId(id: unknown): id is number {
  return Number.isSafeInteger(id) && id !== 0;
}
