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
import { errorCodeOf, isBrokenMarkup } from './refusals.js';
import { editOf, removeAnswer, type SentAnswer } from './sent-answer.js';

/** What is left to be delivered of an answer that is complete. JSON. */
export interface FinalAnswer {
  /** The message that the first piece is put into; absent: it is sent. */
  sent?: SentAnswer;
  /** In order. */
  pieces: Piece[];
  /** Whether the first of these is the beginning of the answer. */
  isBeginning: boolean;
  extra: AnswerExtra;
}

/** The event that brings a final answer in a turn of its own, in the lane of the turn that wrote it. */
interface FinalAnswerEvent {
  stream_final: { address: FileAddress; answer: FinalAnswer };
}

/** The final answer that an event brings, if it is one. */
export function finalAnswerIn(update: Update): FinalAnswerEvent['stream_final'] | undefined {
  return 'stream_final' in update
    ? (update as unknown as FinalAnswerEvent).stream_final
    : undefined;
}

/** Hands a final answer to a later turn of the same lane: it is stored by the commit of this one, so nothing loses it. */
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
 * Delivers an answer: edits the message that was streamed into, sends it anew when that is gone, and sends what one message
 * cannot hold. Markup that Telegram cannot read is shown as it was written. Takes out of `answer` what is delivered, so that
 * the rest can be delivered later.
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
    if (isEdited) takeFirst(answer);
    // A guest message is answered with one text, once.
    if ('inlineMessageId' in sent) return;
  }
  for (let piece = pieces[0]; piece !== undefined; piece = pieces[0]) {
    const place = { isFirst: answer.isBeginning, isLast: pieces.length === 1 };
    const target = { chat_id: chatId, message_thread_id: threadOf(ctx) };
    const more = { ...target, ...extraOfSend(extra, place) };
    await plainIfRefused(ctx, piece, extra, (content) =>
      call(ctx, 'sendMessage', { ...more, ...content }),
    );
    takeFirst(answer);
  }
}

function takeFirst(answer: FinalAnswer): void {
  answer.pieces.shift();
  answer.isBeginning = false;
}

/** Answers false when the message cannot be edited, such as one that was deleted. */
async function editInto(
  ctx: TurnContext,
  chatId: number,
  sent: SentAnswer,
  { pieces, extra }: FinalAnswer,
  piece: Piece,
): Promise<boolean> {
  const { method, target } = editOf(chatId, sent);
  try {
    await plainIfRefused(ctx, piece, extra, (content) =>
      call(ctx, method, { ...target, ...content, ...extraOfEdit(extra, pieces.length === 1) }),
    );
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 400 && !('inlineMessageId' in sent)) return false;
    throw error;
  }
}

async function plainIfRefused(
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
