import { createHash } from 'node:crypto';
import type { FileAddress } from '@chatlane/contracts';
import { call, callProgress } from '../progress/call-progress.js';
import { threadOf } from '../progress/thread-of.js';
import type { TurnContext } from '../turn/turn.js';
import { extraOfEdit, extraOfSend, type AnswerExtra } from './answer-text.js';
import { editOf, sentAnswer, type SentAnswer } from './sent-answer.js';

/** Shows the states of an unfinished answer. */
export interface Display {
  /** The message that becomes the answer. Undefined: the answer is sent as a new message. Rejects if sending failed. */
  readonly sent: Promise<SentAnswer | undefined>;
  /** Shows a state. Rejects with the error of its call. */
  show(content: object, extra: AnswerExtra, signal: AbortSignal): Promise<void>;
  /** Milliseconds after which an unchanged state has to be sent again. Absent: never. */
  readonly repeatAfterMs?: number;
}

/** Telegram shows a draft for 30 s. */
const DRAFT_REPEAT_MS = 20_000;

/** Whether Telegram may accept drafts in this place: only in the bot's own private chats. */
export function mayTakeDrafts({ chat, businessConnectionId, guestQueryId }: FileAddress): boolean {
  return (
    chat.type === 'private' && businessConnectionId === undefined && guestQueryId === undefined
  );
}

/** Shows states as a draft (`sendMessageDraft`), which leaves no message behind. */
export function draftDisplay(ctx: TurnContext, { chat }: FileAddress, nth: number): Display {
  const draft = {
    chat_id: chat.id,
    message_thread_id: threadOf(ctx),
    draft_id: draftId(ctx, nth),
  };
  return {
    sent: Promise.resolve(undefined),
    repeatAfterMs: DRAFT_REPEAT_MS,
    async show(content, _extra, signal) {
      await callProgress(ctx, 'sendMessageDraft', { ...draft, ...content }, signal);
    },
  };
}

/**
 * Shows states in a message, which is sent at once. Its first text is the same on every attempt of the turn, so that a
 * repeated turn finds the message in the journal instead of sending another.
 */
export function messageDisplay(
  ctx: TurnContext,
  address: FileAddress,
  placeholder: string,
  extra: AnswerExtra,
): Display {
  const chatId = address.chat.id;
  const sent = call(ctx, 'sendMessage', {
    chat_id: chatId,
    message_thread_id: threadOf(ctx),
    ...extraOfSend(extra, { isFirst: true, isLast: true }),
    text: placeholder,
  }).then((result) => sentAnswer(result, address));
  // `end` handles the error.
  sent.catch(() => undefined);
  return {
    sent,
    async show(content, latestExtra, signal) {
      const message = await sent;
      if (message === undefined) return;
      const { method, target } = editOf(chatId, message);
      const payload = { ...target, ...content, ...extraOfEdit(latestExtra) };
      await callProgress(ctx, method, payload, signal);
    },
  };
}

/** The same on every attempt of the turn, so that a repeated turn continues the same draft. Never 0. */
function draftId({ turn }: TurnContext, nth: number): number {
  const name = `${turn.lane} ${turn.eventId ?? ''} ${nth}`;
  return (createHash('sha256').update(name).digest().readUInt32BE() >>> 1) + 1;
}
