import { setTimeout as sleep } from 'node:timers/promises';
import { earliestArrivals } from './earliest-arrivals.js';
import { READ_EVERY_MS, type Call, type OutboundSystem } from './system.js';

const CHATS = 24;
const EVERY_MS = 6_000;
const REPLIES_EACH = 2;
/** A reply is late if it arrives more than this many milliseconds after the first moment at which Telegram would accept it. */
const LATE_MS = 5_000;
/** Milliseconds of normal conversation before and after the trouble. */
const CALM_MS = 3_000;

export interface ConversationOutcome {
  replies: number;
  lost: number;
  late: number;
  doubled: number;
}

export interface TroubleOptions {
  system: OutboundSystem;
  /** The first chat id; the chats of all conversations differ. */
  firstChat: number;
  /** Resolves when the trouble is over. */
  trouble: () => Promise<void>;
  /** Milliseconds for which refused calls still have to wait when the trouble is over. */
  waitMs: number;
  /** Milliseconds after the end until a missing reply counts as lost. */
  patienceMs: number;
}

interface Question {
  tag: string;
  chat: number;
  at: number;
}

/** Users write to the bot before, during and after a trouble; each message gets two replies. */
export async function measureConversation(options: TroubleOptions): Promise<ConversationOutcome> {
  const { system, trouble, patienceMs } = options;
  const questions: Question[] = [];
  let isRunning = true;
  const people = Array.from({ length: CHATS }, async (_, index) => {
    const chat = options.firstChat + index;
    await sleep((EVERY_MS * index) / CHATS);
    for (let count = 1; isRunning; count += 1) {
      const tag = `${chat}-${count}`;
      questions.push({ tag, chat, at: Date.now() });
      await system.say(chat, `talk ${tag}`);
      await sleep(EVERY_MS);
    }
  });
  await sleep(CALM_MS);
  const from = Date.now();
  await trouble();
  const to = Date.now();
  await sleep(CALM_MS);
  isRunning = false;
  await Promise.all(people);

  const outcome = async (): Promise<ConversationOutcome> =>
    outcomeOf(questions, await system.sends(), options, { from, to });
  const patientUntil = performance.now() + patienceMs;
  while ((await outcome()).lost > 0 && performance.now() < patientUntil) await sleep(READ_EVERY_MS);
  // Allow time for duplicates to arrive.
  await sleep(CALM_MS);
  return outcome();
}

function outcomeOf(
  questions: readonly Question[],
  sends: readonly Call[],
  { waitMs }: TroubleOptions,
  trouble: { from: number; to: number },
): ConversationOutcome {
  const arrived = new Map<string, number[]>();
  for (const { ok, params, ended_at } of sends) {
    if (!ok || params.text === undefined) continue;
    arrived.set(params.text, [...(arrived.get(params.text) ?? []), ended_at ?? Infinity]);
  }
  /** A chat that was paused right before the end has to wait this much longer. */
  const over = trouble.to + waitMs;
  const replies = questions.flatMap(({ tag, chat, at }) =>
    Array.from({ length: REPLIES_EACH }, (_, index) => {
      const isTroubled = at >= trouble.from && at < over;
      return { text: `${tag}#${index + 1}`, chat, readyAt: isTroubled ? over : at };
    }),
  );
  const earliest = earliestArrivals(replies);
  let [lost, late, doubled] = [0, 0, 0];
  for (const [index, { text }] of replies.entries()) {
    const times = arrived.get(text) ?? [];
    if (times.length === 0) lost += 1;
    else if (Math.min(...times) > earliest[index]! + LATE_MS) late += 1;
    doubled += Math.max(0, times.length - 1);
  }
  return { replies: replies.length, lost, late, doubled };
}
