import type { Poll } from '../world/polls.js';
import { PlayError } from './play-error.js';

/**
 * Applies the rules of Telegram's apps and servers for voting.
 *
 * @param before the options that this user chose before
 * @throws PlayError 400
 */
export function checkVote(
  poll: Poll,
  before: readonly number[] | undefined,
  optionIds: readonly number[],
): void {
  const refuse = (why: string) => new PlayError(400, `option_ids: ${why}`);
  const revoting = poll.allows_revoting ?? poll.type !== 'quiz';
  if (poll.is_closed) throw refuse('the poll is closed');
  if (before && !revoting) throw refuse('votes in this poll cannot be changed');
  if (!before && optionIds.length === 0) throw refuse('there is no vote to take back');
  if (optionIds.length > 1 && !poll.allows_multiple_answers) {
    throw refuse('this poll allows one option only');
  }
  if (new Set(optionIds).size < optionIds.length) throw refuse('must differ from one another');
  const unknown = optionIds.find((id) => id >= poll.options.length);
  if (unknown !== undefined) throw refuse(`the poll has no option ${unknown}`);
}
