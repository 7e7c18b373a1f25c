import { randomInt } from 'node:crypto';
import type { Simulator } from '../../simulator.js';
import { isEmptyText } from '../../world/clean-text.js';
import type { Poll } from '../../world/polls.js';
import { badRequest } from '../api-error.js';
import { createArguments, type Arguments } from '../arguments.js';
import { botText, type TextArguments } from '../bot-text.js';
import type { MethodFamily } from '../method.js';
import { send } from '../send.js';
import { existingChat, namedMessage, writableChat } from '../target-chat.js';
import { checkCaption } from '../text-limits.js';

const longest = { question: 300, option: 100, explanation: 200 };
const mostOptions = 12;
const mostExplanationLines = 3;
const longestPeriodSeconds = 2_628_000;

/** sendPoll and stopPoll. */
export const pollMethods: MethodFamily = (simulator) => ({
  sendPoll({ args }) {
    const chat = writableChat(simulator, args);
    const question = customEmojiText(simulator, args, 'question');
    if ([...question.text].length > longest.question) {
      throw badRequest(`poll question length must not exceed ${longest.question}`);
    }
    const options = optionsOf(simulator, args);
    const type = args.text('type') || 'regular';
    if (type !== 'regular' && type !== 'quiz') throw badRequest('unsupported poll type specified');
    const description = textFields(simulator, args, 'description');
    checkCaption((description['description'] as string | undefined) ?? '');
    const poll = {
      id: String(randomInt(2 ** 47)),
      question: question.text,
      ...(question.entities.length > 0 && { question_entities: question.entities }),
      options,
      total_voter_count: 0,
      is_closed: args.flag('is_closed'),
      is_anonymous: !args.has('is_anonymous') || args.flag('is_anonymous'),
      type,
      allows_multiple_answers: args.flag('allows_multiple_answers'),
      allows_revoting: args.has('allows_revoting') ? args.flag('allows_revoting') : type !== 'quiz',
      members_only: false,
      ...(type === 'quiz' && quizFields(simulator, args, options.length)),
      ...timeFields(simulator, args),
      ...description,
    };
    return send(simulator, chat, args, { poll });
  },

  stopPoll({ args }) {
    const chat = existingChat(simulator, args);
    const message = namedMessage(simulator, chat, args, 'stop the poll');
    const poll = message['poll'] as Poll | undefined;
    if (!poll) throw badRequest('message with poll to stop not found');
    if (poll.is_closed) throw badRequest('poll has already been closed');
    return simulator.world.polls.close(poll);
  },
});

function optionsOf(simulator: Simulator, args: Arguments) {
  const given = args.json('options');
  if (!Array.isArray(given)) throw badRequest('expected an Array of String as options');
  if (given.length === 0) throw badRequest('poll must have at least one answer option');
  if (given.length > mostOptions) {
    throw badRequest(`poll can't have more than ${mostOptions} options`);
  }
  return given.map((option: unknown, index) => {
    const fields = typeof option === 'string' ? { text: option } : option;
    if (typeof fields !== 'object' || fields === null) {
      throw badRequest('expected an option to be of type String');
    }
    const optionArgs = createArguments({ fields: { ...fields }, files: new Map() });
    const { text, entities } = customEmojiText(simulator, optionArgs, 'text');
    if ([...text].length > longest.option) {
      throw badRequest(`poll options length must not exceed ${longest.option}`);
    }
    return {
      persistent_id: String(index),
      text,
      ...(entities.length > 0 && { text_entities: entities }),
      voter_count: 0,
    };
  });
}

/** A text in which custom emoji are the only formatting. @throws ApiError when it is empty */
function customEmojiText(simulator: Simulator, args: Arguments, name: string) {
  const { text, entities } = botText(simulator.world, args, textArguments(name));
  if (isEmptyText(text)) throw badRequest('text must be non-empty');
  return { text, entities: entities.filter(({ type }) => type === 'custom_emoji') };
}

function textArguments(name: string): TextArguments {
  return { text: name, entities: `${name}_entities`, mode: `${name}_parse_mode` };
}

/** The fields `<name>` and `<name>_entities`; neither when there is no text. */
function textFields(simulator: Simulator, args: Arguments, name: string): Record<string, unknown> {
  const { text, entities } = botText(simulator.world, args, textArguments(name));
  if (isEmptyText(text)) return {};
  return { [name]: text, ...(entities.length > 0 && { [`${name}_entities`]: entities }) };
}

function quizFields(simulator: Simulator, args: Arguments, options: number) {
  const explanation = textFields(simulator, args, 'explanation');
  const text = (explanation['explanation'] as string | undefined) ?? '';
  const isLong =
    [...text].length > longest.explanation || text.split('\n').length > mostExplanationLines;
  // The limit is enforced by Telegram's server; the exact wording of its error is not published.
  if (isLong) throw badRequest('quiz explanation is too long');
  return { correct_option_ids: correctOptions(args, options), ...explanation };
}

/** td PollManager::check_quiz_correct_option_ids; `correct_option_id` is the older, single form. @throws ApiError */
function correctOptions(args: Arguments, options: number): number[] {
  const one = args.has('correct_option_id') ? [args.integer('correct_option_id', -1)] : [];
  const ids = args.json('correct_option_ids') ?? one;
  if (!Array.isArray(ids)) throw badRequest('expected an Array of correct option identifiers');
  const numbers = ids.map(Number);
  if (numbers.length === 0) throw badRequest('correct quiz option list must be non-empty');
  if (numbers.some((id, i) => i > 0 && id <= (numbers[i - 1] as number))) {
    throw badRequest('correct quiz option list must be increasing');
  }
  if (numbers.some((id) => !(id >= 0 && id < options))) {
    throw badRequest('wrong quiz correct_option_id');
  }
  return numbers;
}

/** open_period takes precedence over close_date. */
function timeFields({ clock }: Simulator, args: Arguments): Record<string, number> {
  const open_period = args.integer('open_period', 0, 0, longestPeriodSeconds);
  const close_date = args.integer('close_date', 0);
  if (open_period > 0) {
    return { open_period, close_date: clock.unixSeconds() + open_period };
  }
  return close_date > 0 ? { close_date } : {};
}
