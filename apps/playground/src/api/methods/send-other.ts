import { randomInt } from 'node:crypto';
import type { Poll } from '../../world/polls.js';
import { badRequest } from '../api-error.js';
import type { Arguments } from '../arguments.js';
import type { MethodFamily } from '../method.js';
import { send } from '../send.js';
import { existingChat, namedMessage, writableChat } from '../target-chat.js';

/** The highest value of each die. */
const dice: Record<string, number> = { '🎲': 6, '🎯': 6, '🎳': 6, '🏀': 5, '⚽': 5, '🎰': 64 };

export const otherSendMethods: MethodFamily = (simulator) => ({
  sendLocation({ args }) {
    const chat = writableChat(simulator, args);
    return send(simulator, chat, args, { location: locationOf(args) });
  },

  sendVenue({ args }) {
    const chat = writableChat(simulator, args);
    const location = locationOf(args);
    const venue = { location, title: args.text('title'), address: args.text('address') };
    return send(simulator, chat, args, { venue, location });
  },

  sendContact({ args }) {
    const chat = writableChat(simulator, args);
    const phone_number = args.text('phone_number');
    const first_name = args.text('first_name');
    const last_name = args.text('last_name');
    if (phone_number === '') throw badRequest('phone number is empty');
    if (first_name === '') throw badRequest('first name is empty');
    const contact = { phone_number, first_name, ...(last_name && { last_name }) };
    return send(simulator, chat, args, { contact });
  },

  sendDice({ args }) {
    const chat = writableChat(simulator, args);
    const emoji = args.text('emoji') || '🎲';
    const highest = dice[emoji];
    if (highest === undefined) throw badRequest('emoji is not a dice');
    return send(simulator, chat, args, { dice: { emoji, value: randomInt(1, highest + 1) } });
  },

  sendPoll({ args }) {
    const chat = writableChat(simulator, args);
    const question = args.text('question');
    const options = args.json('options');
    if (question === '') throw badRequest('poll question must be non-empty');
    if (!Array.isArray(options) || options.length === 0) {
      throw badRequest('poll must have at least 1 option');
    }
    if (options.length > 12) throw badRequest("poll can't have more than 12 options");
    const quiz = args.text('type') === 'quiz';
    const poll = {
      id: String(randomInt(2 ** 47)),
      question,
      options: (options as unknown[]).map((option) => ({
        text: optionText(option),
        voter_count: 0,
      })),
      total_voter_count: 0,
      is_closed: args.flag('is_closed'),
      is_anonymous: args.text('is_anonymous') === '' || args.flag('is_anonymous'),
      type: quiz ? 'quiz' : 'regular',
      allows_multiple_answers: args.flag('allows_multiple_answers'),
      ...(quiz && { correct_option_id: args.integer('correct_option_id', 0) }),
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

function locationOf(args: Arguments): { latitude: number; longitude: number } {
  const latitude = Number(args.text('latitude') || NaN);
  const longitude = Number(args.text('longitude') || NaN);
  if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) return { latitude, longitude };
  throw badRequest('wrong location specified');
}

function optionText(option: unknown): string {
  if (typeof option === 'string') return option;
  return String((option as { text?: string } | null)?.text ?? '');
}
