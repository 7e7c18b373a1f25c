import type { Types } from 'telegraf';
import type { FmtString } from 'telegraf/format';
import type { MessageEntity } from 'telegraf/types';
import { splitText } from '../text/split.js';

/** The options of a Telegraf message: `parse_mode`, `reply_markup`, `reply_parameters`, ... */
export type AnswerExtra = Types.ExtraReplyMessage;

/** The text of one message. */
export interface Piece {
  text: string;
  entities?: MessageEntity[];
}

/** A whole answer, of any length. */
export interface AnswerText extends Piece {
  extra: AnswerExtra;
}

/** Options that an edit accepts, too. */
const editOptions = ['link_preview_options', 'reply_markup', 'business_connection_id'];
/** Options for only the first of several messages. */
const firstOnly = ['reply_parameters', 'message_effect_id'];
/** The first half of a surrogate pair whose second half is not written yet. Telegram refuses a text that ends so. */
const HALF_PAIR = /[\ud800-\udbff]$/;

/** Splits an answer into messages, without blank ones. */
export function piecesOf({ text, entities }: AnswerText): Piece[] {
  return splitText({ text, ...(entities && { entities }) }).map(
    ({ text: piece, entities: within }) => ({ text: piece, ...(within && { entities: within }) }),
  );
}

/** As much of the beginning as fits into one message. Undefined while nothing is visible. */
export function firstPiece(answer: AnswerText): Piece | undefined {
  return piecesOf({ ...answer, text: answer.text.replace(HALF_PAIR, '') })[0];
}

/** The text with its formatting, or without if `plain`. Entities need no `parse_mode`. */
export function contentOf(piece: Piece, extra: AnswerExtra, plain: boolean): object {
  const { text, entities } = piece;
  if (plain) return { text };
  if (entities) return { text, entities };
  return { text, ...(extra.parse_mode !== undefined && { parse_mode: extra.parse_mode }) };
}

/** The options for an edit. The keyboard belongs to the last message of the answer. */
export function extraOfEdit(extra: AnswerExtra, isLast = true): object {
  return pick(extra, (name) => editOptions.includes(name) && (isLast || name !== 'reply_markup'));
}

/** The options for a new message, which may be the first or last of the answer. */
export function extraOfSend(
  extra: AnswerExtra,
  { isFirst, isLast }: { isFirst: boolean; isLast: boolean },
): object {
  return pick(
    extra,
    (name) =>
      name !== 'parse_mode' &&
      name !== 'entities' &&
      (isFirst || !firstOnly.includes(name)) &&
      (isLast || name !== 'reply_markup'),
  );
}

/** Converts a text that may be made by Telegraf's `fmt`. */
export function asPiece(text: string | FmtString): Piece {
  if (typeof text === 'string') return { text };
  return { text: text.text, ...(text.entities && { entities: text.entities }) };
}

function pick(extra: AnswerExtra, isWanted: (name: string) => boolean): object {
  return Object.fromEntries(Object.entries(extra).filter(([name]) => isWanted(name)));
}
