import type { Simulator } from '../../simulator.js';
import type { Message } from '../../world/message.js';
import { badRequest } from '../api-error.js';
import { createArguments } from '../arguments.js';
import { botText } from '../bot-text.js';
import { linkPreviewOf } from '../link-preview.js';
import { locationOf, venueMore } from '../places.js';
import { checkMessageText } from '../text-limits.js';
import { requiredText, optionalText, type Fields } from './fields.js';

/** The message content of an `input_message_content`, whose kind follows from its fields. @throws ApiError */
export function messageContent(simulator: Simulator, fields: Fields): Partial<Message> {
  if ('message_text' in fields) return textContent(simulator, fields);
  if ('latitude' in fields)
    return 'address' in fields ? venueContent(fields) : locationContent(fields);
  if ('phone_number' in fields) return contactContent(fields);
  // Payments are not simulated: this is Telegram's answer to a bot without a payment provider.
  if ('payload' in fields) throw badRequest('PAYMENT_PROVIDER_INVALID');
  throw badRequest("input message content isn't specified");
}

function textContent({ world }: Simulator, fields: Fields): Partial<Message> {
  const args = createArguments({ fields, files: new Map() });
  const { text, entities } = botText(world, args, { text: 'message_text', entities: 'entities' });
  checkMessageText(args.text('message_text'), text);
  return {
    text,
    ...(entities.length > 0 && { entities }),
    ...linkPreviewOf(args),
  };
}

/** @throws ApiError */
export function locationContent(fields: Fields): Partial<Message> {
  for (const name of ['latitude', 'longitude']) requiredText(fields, name);
  return { location: locationOf(createArguments({ fields, files: new Map() })) };
}

/** @throws ApiError */
export function venueContent(fields: Fields): Partial<Message> {
  const { location } = locationContent(fields);
  const title = requiredText(fields, 'title');
  const more = venueMore(createArguments({ fields, files: new Map() }));
  const venue = { location, title, address: requiredText(fields, 'address'), ...more };
  return { venue, location };
}

/** @throws ApiError */
export function contactContent(fields: Fields): Partial<Message> {
  const phone_number = requiredText(fields, 'phone_number').trim();
  const first_name = requiredText(fields, 'first_name').trim();
  const last_name = optionalText(fields, 'last_name')?.trim();
  const vcard = optionalText(fields, 'vcard');
  if (phone_number === '') {
    throw badRequest('field "phone_number" must contain a valid phone number');
  }
  if (first_name === '') throw badRequest('field "first_name" must be non-empty');
  const more = { ...(last_name && { last_name }), ...(vcard && { vcard }) };
  return { contact: { phone_number, first_name, ...more } };
}
