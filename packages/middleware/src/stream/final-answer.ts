import type { FileAddress, ForwardedEvent } from '@chatlane/contracts';
import type { Context } from 'telegraf';
import type { Update } from 'telegraf/types';
import { call } from '../progress/call-progress.js';
import { threadOf } from '../progress/thread-of.js';
import type { TurnContext } from '../turn/turn.js';
import {
  contentOf,
  extraOfEdit,
  extraOfSend,
  type AnswerExtra,
  type Piece,
} from './answer-text.js';
import { errorCodeOf, isBrokenMarkup } from './api-errors.js';
import { editOf, removeAnswer, type SentAnswer } from './sent-answer.js';

/** The part of a complete answer that has not been delivered yet. JSON. */
export interface FinalAnswer {
  /** The message that will be edited to show the first piece. If absent, the first piece is sent as a new message. */
  sent?: SentAnswer;
  /** The texts of the messages, in order. */
  pieces: Piece[];
  /** Whether the first piece is the beginning of the answer. */
  isBeginning: boolean;
  extra: AnswerExtra;
}

/** An event that delivers a final answer in its own turn, in the lane of the turn that wrote it. */
interface FinalAnswerEvent {
  stream_final: { address: FileAddress; answer: FinalAnswer };
}

/** The final answer in an update. Undefined for any other update. */
export function finalAnswerIn(update: Update): FinalAnswerEvent['stream_final'] | undefined {
  return 'stream_final' in update
    ? (update as unknown as FinalAnswerEvent).stream_final
    : undefined;
}

/** Leaves a final answer to a later turn of the same lane. The commit of this turn stores it, so it cannot be lost. */
export function stageFinalAnswer(
  { turn }: TurnContext,
  address: FileAddress,
  answer: FinalAnswer,
): void {
  const { lane, sessionUser } = address;
  const event: ForwardedEvent = {
    lane,
    ...(sessionUser !== undefined && { sessionUser }),
    kind: 'stream_final',
    payload: { address, answer },
  };
  turn.outbox?.stage('event', JSON.stringify(event));
}

/**
 * Delivers an answer: edits the streamed message, or sends a new one if it was deleted, and sends further messages for
 * what does not fit. A text whose markup Telegram cannot parse is sent as plain text. What is delivered is removed from
 * `answer`, so that the rest can be delivered later.
 */
export async function deliverFinalAnswer(
  ctx: TurnContext,
  chatId: number,
  answer: FinalAnswer,
): Promise<void> {
  const { sent, pieces, extra } = answer;
  if (sent !== undefined) {
    const [first] = pieces;
    if (first === undefined) return removeAnswer(ctx, chatId, sent);
    const isEdited = await editInto(ctx, chatId, sent, answer, first);
    delete answer.sent;
    if (isEdited) dropFirst(answer);
    // A guest message can be answered only once, with one text.
    if ('inlineMessageId' in sent) return;
  }
  for (let piece = pieces[0]; piece !== undefined; piece = pieces[0]) {
    const place = { isFirst: answer.isBeginning, isLast: pieces.length === 1 };
    const target = { chat_id: chatId, message_thread_id: threadOf(ctx) };
    const more = { ...target, ...extraOfSend(extra, place) };
    await sendWithMarkupFallback(ctx, piece, extra, (content) =>
      call(ctx, 'sendMessage', { ...more, ...content }),
    );
    dropFirst(answer);
  }
}

function dropFirst(answer: FinalAnswer): void {
  answer.pieces.shift();
  answer.isBeginning = false;
}

/** Returns false when the message cannot be edited, for example because it was deleted. */
async function editInto(
  ctx: TurnContext,
  chatId: number,
  sent: SentAnswer,
  { pieces, extra }: FinalAnswer,
  piece: Piece,
): Promise<boolean> {
  const { method, target } = editOf(chatId, sent);
  try {
    await sendWithMarkupFallback(ctx, piece, extra, (content) =>
      call(ctx, method, { ...target, ...content, ...extraOfEdit(extra, pieces.length === 1) }),
    );
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 400 && !('inlineMessageId' in sent)) return false;
    throw error;
  }
}

async function sendWithMarkupFallback(
  ctx: Context & Pick<TurnContext, 'turn'>,
  piece: Piece,
  extra: AnswerExtra,
  send: (content: object) => Promise<unknown>,
): Promise<void> {
  try {
    await send(contentOf(piece, extra, false));
  } catch (error) {
    if (!isBrokenMarkup(error)) throw error;
    ctx.turn.count?.('stream-markup-refused');
    await send(contentOf(piece, extra, true));
  }
}
