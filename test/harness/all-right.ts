import type { Act } from './acts.js';
import type { Talk } from './rehearsal.js';

/** What somebody who does all right does when the bot asks this. */
export type Replies = readonly (readonly [question: RegExp, reply: Act])[];

/** Begins with an act, then replies to each question until the bot asks nothing more. Gives all that it said. */
export async function doAllRight(talk: Talk, first: Act, replies: Replies): Promise<string[]> {
  const start = talk.texts.length;
  let next: Act | undefined = first;
  for (let acts = 0; next !== undefined; acts += 1) {
    if (acts === 25) throw new Error('The bot asks on and on');
    const before = talk.texts.length;
    await talk.perform(next);
    const last = talk.texts.slice(before).at(-1);
    next = replies.find(([question]) => last !== undefined && question.test(last))?.[1];
  }
  return talk.texts.slice(start);
}
