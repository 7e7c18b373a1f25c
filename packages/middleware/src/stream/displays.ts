import { createHash } from 'node:crypto';
import type { FileAddress } from '@chatlane/contracts';
import { call, callProgress } from '../progress/call-progress.js';
import { threadOf } from '../progress/thread-of.js';
import type { TurnContext } from '../turn/turn.js';
import { extraOfEdit, extraOfSend, type AnswerExtra } from './answer-text.js';
import { editOf, sentAnswer, type SentAnswer } from './sent-answer.js';

/** Where the states of an unfinished answer are shown. */
export interface Display {
  /** The message that ends as the answer; undefined: the answer becomes a message of its own. Rejects as its call does. */
  readonly sent: Promise<SentAnswer | undefined>;
  /** Rejects as its call does. */
  show(content: object, extra: AnswerExtra, signal: AbortSignal): Promise<void>;
  /** Milliseconds after which Telegram has to be told again. */
  readonly repeatAfterMs?: number;
}

/** Telegram shows a draft for 30 s. */
const DRAFT_REPEAT_MS = 20_000;

/** Whether Telegram may take drafts in this place: in private chats, but not in those of business accounts. */
export function mayTakeDrafts({ chat, businessConnectionId, guestQueryId }: FileAddress): boolean {
  return (
    chat.type === 'private' && businessConnectionId === undefined && guestQueryId === undefined
  );
}

/** Shows states as a draft that grows (`sendMessageDraft`). It leaves no message behind. */
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
 * Shows states in a message, which is sent at once. Its text is the same on every try of the turn, so that a turn that is run
 * again finds its message in the journal instead of sending another.
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
  // Whoever ends the stream meets it.
  sent.catch(() => undefined);
  return {
    sent,
    async show(content, extraNow, signal) {
      const message = await sent;
      if (message === undefined) return;
      const { method, target } = editOf(chatId, message);
      const payload = { ...target, ...content, ...extraOfEdit(extraNow) };
      await callProgress(ctx, method, payload, signal);
    },
  };
}

/** The same on every try of the turn, so that a second try goes on in the draft of the first. Never 0. */
function draftId({ turn }: TurnContext, nth: number): number {
  const name = `${turn.lane} ${turn.eventId ?? ''} ${nth}`;
  return (createHash('sha256').update(name).digest().readUInt32BE() >>> 1) + 1;
}
