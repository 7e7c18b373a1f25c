import { randomInt } from 'node:crypto';
import { badRequest } from '../api-error.js';
import type { MethodFamily } from '../method.js';
import { given, locationOf, venueMore } from '../places.js';
import { send } from '../send.js';
import { writableChat } from '../target-chat.js';

/** The highest value of each dice emoji. */
const dice: Record<string, number> = { '🎲': 6, '🎯': 6, '🎳': 6, '🏀': 5, '⚽': 5, '🎰': 64 };

const longestVcardBytes = 2048;

/** sendContact, sendLocation, sendVenue and sendDice. */
export const otherSendMethods: MethodFamily = (simulator) => ({
  sendLocation({ args }) {
    const chat = writableChat(simulator, args);
    return send(simulator, chat, args, { location: locationOf(args) });
  },

  sendVenue({ args }) {
    const chat = writableChat(simulator, args);
    const location = locationOf(args);
    const more = venueMore(args);
    const venue = { location, title: args.text('title'), address: args.text('address'), ...more };
    return send(simulator, chat, args, { venue, location });
  },

  sendContact({ args }) {
    const chat = writableChat(simulator, args);
    const phone_number = args.text('phone_number');
    const first_name = args.text('first_name');
    if (phone_number === '') throw badRequest('phone number is empty');
    if (first_name === '') throw badRequest('first name is empty');
    if (Buffer.byteLength(args.text('vcard')) > longestVcardBytes) {
      throw badRequest('vCard is too long');
    }
    const contact = { phone_number, first_name, ...given(args, 'last_name', 'vcard') };
    return send(simulator, chat, args, { contact });
  },

  sendDice({ args }) {
    const chat = writableChat(simulator, args);
    const emoji = args.text('emoji') || '🎲';
    const highest = dice[emoji];
    if (highest === undefined) throw badRequest('emoji is not a dice');
    return send(simulator, chat, args, { dice: { emoji, value: randomInt(1, highest + 1) } });
  },
});
