/** An event waiting in a lane: an update from Telegram, or an internal event for the bot. */
export type LaneEvent = UpdateEvent | InternalEvent;

/** An update from Telegram. */
export interface UpdateEvent {
  /** Distinguishes it from an internal event. */
  type: 'update';
  /** The update's `update_id`. */
  updateId: number;
  /** The name of the payload field, as returned by `readUpdate`. */
  kind: string;
  /** The update itself, unchanged. */
  update: Record<string, unknown> & { update_id: number };
}

/** An event raised by Chatlane itself, such as a finished download. */
export interface InternalEvent {
  /** Distinguishes it from an update. */
  type: 'internal';
  /** Identifies the event in logs and dead letters. Unlike an update_id, it implies no order. */
  id: string;
  /** What happened, e.g. `file_ready`. */
  kind: string;
  /** Any JSON value; its shape depends on the kind. */
  payload: unknown;
}

/**
 * The payload of an outbox entry of kind `event`: an internal event for another lane, stored there after the commit.
 */
export interface ForwardedEvent {
  /** The lane that receives the event. */
  lane: string;
  /** User part of the session key; absent when the event has no session. */
  sessionUser?: string;
  /** As in `InternalEvent`. */
  kind: string;
  /** As in `InternalEvent`. */
  payload: unknown;
}
