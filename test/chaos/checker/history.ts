/** All times are in milliseconds of the machine's monotonic clock, which all processes share. */

/** One turn, as the ledger bot recorded it. */
export interface Turn {
  /** Unique per run of the handler: `<pid>.<count>`. */
  id: string;
  pid: number;
  lane: string;
  update: number;
  attempt: number;
  startedAt: number;
  /** When the handler began to send its message. */
  sendingAt?: number | undefined;
  /** When the handler returned. */
  endedAt?: number | undefined;
  /** When it threw. If both are absent, it hangs or died with its process. */
  threwAt?: number | undefined;
  /** Why it threw. `client`: a Bot API call failed. `over`: its turn had ended and could no longer send. */
  threwBecauseOf?: 'handler' | 'client' | 'over' | undefined;
}

/** One of the numbered messages with which a handler answers an update; they are the same in each of its turns. */
export interface Answer {
  turn: string;
  update: number;
  number: number;
  /** When the handler began to send it. */
  sendingAt: number;
  /** When the handler read that it was sent, from Telegram or the effect journal. Absent: never. */
  readAt?: number;
  /** When the handler read that it was not sent. If both are absent, the outcome is unknown. */
  refusedAt?: number;
}

/** A numbered message that Telegram delivered. */
export interface Delivered {
  update: number;
  number: number;
  /** When the call reached Telegram. */
  from: number;
  /** When Telegram answered it or broke the connection. */
  to: number;
}

/** An update that the load sent. */
export interface KnownUpdate {
  update: number;
  lane: string;
  /** Its handler kills the worker, so it has to end in the dead letters. */
  doomed: boolean;
  /** In a lane where no update is slow, hangs, throws or kills. */
  calm: boolean;
  /** The sender. If absent, no `/cancel` can have affected it. */
  user?: number;
  /** The text of the message, which determines how its handler behaves. */
  text?: string;
  /** When it was first sent to an ingress. Absent: never. */
  sentAt?: number;
  /** When an ingress first answered 200. Absent: never. */
  pushedAt?: number;
}

/** The final content of a lane's session. */
export interface LaneSession {
  lane: string;
  /** One entry per committed turn, in order. */
  entries: readonly { update: number; turn: string }[];
  /** Incremented by every turn. */
  count: number;
  /** Turns that must not leave a trace, because they threw or returned after their deadline. */
  half: readonly string[];
}

/** A message that reached the Bot API, by the turn that sent it. */
export interface Sent {
  turn: string;
  update: number;
  ok: boolean;
}

/** A period in which a process (without `pid`, every process) may lose lanes because of a fault. */
export interface Trouble {
  what: string;
  from: number;
  to: number;
  pid?: number;
}

/** Everything that one run recorded. */
export interface History {
  updates: readonly KnownUpdate[];
  turns: readonly Turn[];
  sessions: readonly LaneSession[];
  sends: readonly Sent[];
  answers: readonly Answer[];
  delivered: readonly Delivered[];
  /** `error`: its name and its message. */
  dead: readonly { update: number; lane: string; attempts: number; error: string }[];
  troubles: readonly Trouble[];
  /** Periods in which Telegram did not answer. They do not make a worker lose lanes. */
  outages: readonly Trouble[];
  /** State that lanes still had when all should have been idle. */
  leftovers: readonly { lane: string; state: string }[];
  /** True if a fault of the store can roll back a commit, so that its turns run again. */
  losesWrites: boolean;
  /** The number of attempts before an update is buried. */
  maxAttempts: number;
  /** Time limit of a handler, in milliseconds. */
  turnTimeoutMs: number;
  /** The longest a calm lane may wait while others make progress, in milliseconds. */
  calmWaitMs: number;
}

export type InvariantNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** A violation of an invariant of the lanes, with the smallest part of the history that shows it. */
export interface Violation {
  invariant: InvariantNumber;
  lane: string;
  what: string;
  excerpt: string[];
}
