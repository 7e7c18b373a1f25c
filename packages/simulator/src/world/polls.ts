import type { Clock } from '../clock.js';
import type { Feed } from '../feed.js';
import type { Histories } from './history.js';
import type { Message } from './message.js';

/** A Bot API `Poll`: the fields that voting reads and writes. Other fields are passed through. */
export interface Poll {
  /** Unique among all polls. */
  id: string;
  /** The answers; votes name them by their position, from 0. */
  options: PollOption[];
  /** The number of voters, which may be less than the number of votes when several answers are allowed. */
  total_voter_count: number;
  /** Whether voting has ended. */
  is_closed: boolean;
  /** Whether the votes are secret: the bot receives a `poll_answer` only if not. */
  is_anonymous: boolean;
  /** `regular` or `quiz`. */
  type: string;
  /** Whether a user may choose several answers. */
  allows_multiple_answers: boolean;
  /** Whether users may change or retract their votes. Default: true for regular polls, false for quizzes. */
  allows_revoting?: boolean;
  /** How long the poll is open, in seconds of Telegram's time. Default: until `close_date`. */
  open_period?: number;
  /** When the poll closes by itself, in Unix seconds; `open_period` takes precedence. Default: never. */
  close_date?: number;
  /** The other fields of a `Poll`, such as `question`. */
  [field: string]: unknown;
}

interface PollOption {
  text: string;
  voter_count: number;
  persistent_id?: string;
  [field: string]: unknown;
}

/** The option numbers that each user chose, by user id. */
export type Votes = Record<number, number[]>;

/** The polls in messages, and their votes. */
export interface Polls {
  /** Registers a message that shows a poll; the first such message opens it. Other messages are ignored. */
  track(message: Message): void;
  get(id: string): Poll | undefined;
  votesFor(id: string): Votes;
  /** Replaces a user's vote, or retracts it when `optionIds` is empty. Updates every message that shows the poll. */
  vote(poll: Poll, userId: number, optionIds: readonly number[]): void;
  close(poll: Poll): Poll;
  /** Calls the listener after each vote and when a poll closes. */
  onChange(listener: (poll: Poll) => void): void;
}

interface Tracked {
  poll: Poll;
  votes: Map<number, number[]>;
  places: { chatId: number; messageId: number }[];
}

const capacity = 10_000;

export function createPolls(options: {
  clock: Clock;
  feed: Feed;
  histories: Histories;
  edit: (message: Message) => void;
}): Polls {
  const { clock, feed, histories, edit } = options;
  const polls = new Map<string, Tracked>();
  const listeners: ((poll: Poll) => void)[] = [];

  function votesFor(id: string): Votes {
    return Object.fromEntries(polls.get(id)?.votes ?? []);
  }

  function change(id: string, fields: Partial<Poll>): Poll | undefined {
    const tracked = polls.get(id);
    if (!tracked) return undefined;
    tracked.poll = { ...tracked.poll, ...fields };
    for (const { chatId, messageId } of tracked.places) {
      const message = histories.get(chatId, messageId);
      if (message) edit({ ...message, poll: tracked.poll });
    }
    feed.publish('poll', () => ({ poll_id: id, votes: votesFor(id) }));
    for (const listener of listeners) listener(tracked.poll);
    return tracked.poll;
  }

  function close(poll: Poll): Poll {
    return change(poll.id, { is_closed: true }) ?? poll;
  }

  function closeInTime({ id, open_period: period, close_date: date }: Poll): void {
    const seconds = period ?? (date === undefined ? undefined : date - clock.unixSeconds());
    if (seconds === undefined) return;
    clock.after(seconds * 1000, () => {
      const poll = polls.get(id)?.poll;
      if (poll && !poll.is_closed) close(poll);
    });
  }

  return {
    track(message) {
      const poll = message['poll'] as Poll | undefined;
      if (typeof poll?.id !== 'string') return;
      const place = { chatId: message.chat.id, messageId: message.message_id };
      const known = polls.get(poll.id);
      if (known) {
        known.places.push(place);
        return;
      }
      polls.set(poll.id, { poll, votes: new Map(), places: [place] });
      if (!poll.is_closed) closeInTime(poll);
      if (polls.size <= capacity) return;
      for (const oldest of polls.keys()) {
        polls.delete(oldest);
        break;
      }
    },
    get: (id) => polls.get(id)?.poll,
    votesFor,
    vote(poll, userId, optionIds) {
      const votes = polls.get(poll.id)?.votes;
      if (!votes) return;
      votes.delete(userId);
      if (optionIds.length > 0) votes.set(userId, [...optionIds]);
      const cast = [...votes.values()].flat();
      change(poll.id, {
        options: poll.options.map((option, index) => ({
          ...option,
          voter_count: cast.filter((id) => id === index).length,
        })),
        total_voter_count: votes.size,
      });
    },
    close,
    onChange: (listener) => void listeners.push(listener),
  };
}
