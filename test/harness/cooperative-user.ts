import type { Act } from './acts.js';
import type { Talk } from './in-process-system.js';

/** What a cooperative user does in reply to each question of the bot. */
export type Replies = readonly (readonly [question: RegExp, reply: Act])[];

/** Performs an act, then replies to each question until the bot stops asking. Resolves with all texts of the bot. */
export async function cooperate(talk: Talk, first: Act, replies: Replies): Promise<string[]> {
  const start = talk.texts.length;
  let next: Act | undefined = first;
  for (let acts = 0; next !== undefined; acts += 1) {
    if (acts === 25) throw new Error('The bot does not stop asking questions.');
    const before = talk.texts.length;
    await talk.perform(next);
    const last = talk.texts.slice(before).at(-1);
    next = replies.find(([question]) => last !== undefined && question.test(last))?.[1];
  }
  return talk.texts.slice(start);
}
