import { MOST_ENTITIES } from '../world/clean-text.js';
import { findEntities } from '../world/find-entities.js';
import { without, type Message } from '../world/message.js';
import { PlayError } from './play-error.js';

export const LONGEST_CAPTION = 1_024;

/** A text or caption as a person typed it, with the links, commands and numbers that Telegram detects in it. */
export function typedText(text: string, field: 'text' | 'caption' = 'text'): Partial<Message> {
  const entities = findEntities(text).slice(0, MOST_ENTITIES);
  const name = field === 'text' ? 'entities' : 'caption_entities';
  return { [field]: text, ...(entities.length > 0 && { [name]: entities }) };
}

const captioned = ['photo', 'video', 'animation', 'document', 'audio', 'voice'];

/** A message with another text, or another caption if it shows a file. @throws PlayError */
export function withText(message: Message, text: string): Message {
  if (message.text !== undefined) return { ...without(message, 'entities'), ...typedText(text) };
  const { message_id } = message;
  if (!captioned.some((kind) => kind in message)) {
    throw new PlayError(400, `message_id: message ${message_id} has no text to edit`);
  }
  if (text.length > LONGEST_CAPTION) {
    throw new PlayError(400, `text: must be ${LONGEST_CAPTION} characters or fewer in a caption`);
  }
  return { ...without(message, 'caption_entities'), ...typedText(text, 'caption') };
}
