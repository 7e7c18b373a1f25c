/** One thing waiting in a lane: what Telegram sent, or what Chatlane has to say to the bot itself. */
export type LaneEvent = UpdateEvent | InternalEvent;

/** An update as Telegram sent it. */
export interface UpdateEvent {
  type: 'update';
  updateId: number;
  /** The payload field's name, as `readUpdate` gives it. */
  kind: string;
  /** The update itself, unchanged. */
  update: Record<string, unknown> & { update_id: number };
}

/** An event of Chatlane's own, such as a finished download. */
export interface InternalEvent {
  type: 'internal';
  /** Identifies the event in logs and dead letters; unlike an update_id it carries no order. */
  id: string;
  /** What happened, e.g. `file_ready`. */
  kind: string;
  /** Any JSON value; its meaning is the kind's. */
  payload: unknown;
}

/** What an outbox entry of the kind `event` asks for: an internal event for another lane, stored there after the commit. */
export interface ForwardedEvent {
  lane: string;
  /** User part of the session key; absent: the event has no session. */
  sessionUser?: string;
  kind: string;
  payload: unknown;
}
