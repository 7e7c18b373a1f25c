/** Times everywhere: milliseconds of the machine's monotonic clock, which all processes share. */

/** What the ledger bot wrote of one turn. */
export interface Turn {
  /** Of this run of the handler, and no other: `<pid>.<count>`. */
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
  /** When it threw. With neither: it hangs, or died with its process. */
  threwAt?: number | undefined;
  /** What it threw: `client`: a call of the Bot API failed; `over`: its turn could send nothing more. */
  threwBecauseOf?: 'handler' | 'client' | 'over' | undefined;
}

/** One of the numbered messages with which a handler answers an update: the same in each of its turns. */
export interface Answer {
  turn: string;
  update: number;
  number: number;
  /** When the handler began to send it. */
  sendingAt: number;
  /** When the handler read that it was sent, from Telegram or from the effect journal. Absent: never. */
  readAt?: number;
  /** When the handler read that it was not sent. With neither: nobody learned whether it was sent. */
  refusedAt?: number;
}

/** A numbered message that Telegram delivered. */
export interface Delivered {
  update: number;
  number: number;
  /** When the call reached Telegram. */
  from: number;
  /** When Telegram answered it, or broke the connection instead. */
  to: number;
}

/** An update, from Telegram's side to the lane's end. */
export interface KnownUpdate {
  update: number;
  lane: string;
  /** Meant to end in the dead letters: whoever handles it dies. */
  doomed: boolean;
  /** In a lane where nothing is slow, hangs, throws or kills. */
  calm: boolean;
  /** Who sent it; absent: unknown, so that nobody can have cancelled it. */
  user?: number;
  /** What its handler is asked to do. */
  text?: string;
  /** When it was first handed to an ingress. Absent: never. */
  sentAt?: number;
  /** When an ingress first answered 200. Absent: never. */
  pushedAt?: number;
}

/** What a lane's session holds in the end. */
export interface LaneSession {
  lane: string;
  /** One entry per committed turn, in order. */
  entries: readonly { update: number; turn: string }[];
  /** Counted up by every turn. */
  count: number;
  /** Turns that were to leave no trace: they threw, or came back after their deadline. */
  half: readonly string[];
}

/** A message that reached the Bot API, by the turn that sent it. */
export interface Sent {
  turn: string;
  update: number;
  ok: boolean;
}

/** A time in which a process, or with no `pid` all of them, could lose lanes without a fault of its own. */
export interface Trouble {
  what: string;
  from: number;
  to: number;
  pid?: number;
}

/** All that one run recorded. */
export interface History {
  updates: readonly KnownUpdate[];
  turns: readonly Turn[];
  sessions: readonly LaneSession[];
  sends: readonly Sent[];
  answers: readonly Answer[];
  delivered: readonly Delivered[];
  dead: readonly { update: number; lane: string; attempts: number; error: string }[];
  troubles: readonly Trouble[];
  /** Times in which Telegram answered nobody. No lane is lost by them. */
  outages: readonly Trouble[];
  /** What lanes still held when all should have been quiet. */
  leftovers: readonly { lane: string; state: string }[];
  /** In a trouble of the store, a commit may be taken back, and its turns run again. */
  losesWrites: boolean;
  /** Attempts that an update gets before it is buried. */
  maxAttempts: number;
  /** Time limit of a handler, in milliseconds. */
  turnTimeoutMs: number;
  /** The longest a calm lane may wait while others go on. */
  calmWaitMs: number;
}

export type InvariantNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** A breach of an invariant of lanes.md, with the smallest part of the history that shows it. */
export interface Violation {
  invariant: InvariantNumber;
  lane: string;
  what: string;
  excerpt: string[];
}
