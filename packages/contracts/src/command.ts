import { asFields } from './fields.js';

/** A command as Telegram's apps recognize it: at the start of a message's text or caption, ignoring case. */
export interface Command {
  /** Without the slash, in lower case. */
  name: string;
  /** Username of the bot that the command is addressed to, as written; absent when it names none. */
  addressee?: string;
}

/**
 * The command at the start of a message; undefined when there is none. Telegram marks commands with an entity, so what
 * looks like a command inside a code block is not one.
 *
 * @param message a Bot API `Message`, unvalidated
 */
export function commandIn(message: unknown): Command | undefined {
  const fields = asFields(message);
  return (
    firstOf(fields?.['text'], fields?.['entities']) ??
    firstOf(fields?.['caption'], fields?.['caption_entities'])
  );
}

/**
 * Whether a command addressed to `addressee` (undefined: to no bot in particular) is for the bot with this username.
 */
export function isAddressedTo(
  username: string | undefined,
  addressee: string | undefined,
): boolean {
  return addressee === undefined || addressee.toLowerCase() === username?.toLowerCase();
}

function firstOf(text: unknown, entities: unknown): Command | undefined {
  if (typeof text !== 'string' || !Array.isArray(entities)) return undefined;
  const marked = entities
    .map(asFields)
    .find((entity) => entity?.['type'] === 'bot_command' && entity['offset'] === 0);
  const length = marked?.['length'];
  if (typeof length !== 'number') return undefined;
  const [, name, addressee] = /^\/(\w+)(?:@(\w+))?$/.exec(text.slice(0, length)) ?? [];
  if (name === undefined) return undefined;
  return { name: name.toLowerCase(), ...(addressee !== undefined && { addressee }) };
}
