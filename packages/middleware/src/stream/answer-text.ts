import type { Types } from 'telegraf';
import type { FmtString } from 'telegraf/format';
import type { MessageEntity } from 'telegraf/types';
import { splitText } from '../text/split.js';

/** What Telegraf takes beside a text: `parse_mode`, `reply_markup`, `reply_parameters`, ... */
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

/** What can be said again when a message is edited. */
const editable = ['link_preview_options', 'reply_markup', 'business_connection_id'];
/** What belongs to the first of several messages only. */
const ofFirst = ['reply_parameters', 'message_effect_id'];
/** A text with a broken pair of code units is refused by Telegram; the other half is still to come. */
const HALF_PAIR = /[\ud800-\udbff]$/;

/** Cuts an answer into messages; blank ones are left out. */
export function piecesOf({ text, entities }: AnswerText): Piece[] {
  return splitText({ text, ...(entities && { entities }) }).map(
    ({ text: piece, entities: within }) => ({ text: piece, ...(within && { entities: within }) }),
  );
}

/** The beginning of an answer, as much as one message shows; undefined while there is nothing to be seen. */
export function firstPiece(answer: AnswerText): Piece | undefined {
  return piecesOf({ ...answer, text: answer.text.replace(HALF_PAIR, '') })[0];
}

/** The text and its formatting; without any when `plain`. Entities stand for themselves: they need no `parse_mode`. */
export function contentOf(piece: Piece, extra: AnswerExtra, plain: boolean): object {
  const { text, entities } = piece;
  if (plain) return { text };
  if (entities) return { text, entities };
  return { text, ...(extra.parse_mode !== undefined && { parse_mode: extra.parse_mode }) };
}

/** For a message that is edited. The keyboard belongs to the last message of an answer. */
export function extraOfEdit(extra: AnswerExtra, isLast = true): object {
  return pick(extra, (name) => editable.includes(name) && (isLast || name !== 'reply_markup'));
}

/** For a message that is sent. `isFirst` and `isLast` among those of the answer. */
export function extraOfSend(
  extra: AnswerExtra,
  { isFirst, isLast }: { isFirst: boolean; isLast: boolean },
): object {
  return pick(
    extra,
    (name) =>
      name !== 'parse_mode' &&
      name !== 'entities' &&
      (isFirst || !ofFirst.includes(name)) &&
      (isLast || name !== 'reply_markup'),
  );
}

/** A text as Telegraf takes it: plain, or made by its `fmt`. */
export function asPiece(text: string | FmtString): Piece {
  if (typeof text === 'string') return { text };
  return { text: text.text, ...(text.entities && { entities: text.entities }) };
}

function pick(extra: AnswerExtra, isWanted: (name: string) => boolean): object {
  return Object.fromEntries(Object.entries(extra).filter(([name]) => isWanted(name)));
}
