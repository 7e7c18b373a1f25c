import type { FileAddress } from '@chatlane/contracts';
import { createPacedUpdates, waitOf, type PacedUpdates } from '../progress/paced-updates.js';
import { nextActionAfter } from '../turn/next-action.js';
import type { TurnContext } from '../turn/turn.js';
import type { OwnedAnswerStream, StreamOptions } from './answer-stream.js';
import {
  asPiece,
  contentOf,
  extraOfEdit,
  firstPiece,
  piecesOf,
  type AnswerExtra,
  type AnswerText,
} from './answer-text.js';
import { draftDisplay, mayTakeDrafts, messageDisplay, type Display } from './displays.js';
import { deliverFinalAnswer, stageFinalAnswer, type FinalAnswer } from './final-answer.js';
import { isBrokenMarkup } from './api-errors.js';
import { untilAborted } from './until-aborted.js';

/** If a penalty lasts longer, the turn ends without waiting for it, and the final text is delivered afterwards. */
const MAX_WAIT_MS = 5_000;
/**
 * In tests, edits every 0.5 s led to penalties of minutes, and every 1.5 s to none. Groups allow 20 messages a minute.
 */
const EVERY_MS = 1_500;
const EVERY_MS_IN_GROUPS = 3_000;

interface OpenOptions extends StreamOptions {
  address: FileAddress;
  extra: AnswerExtra;
  /** The index of the stream within the turn. */
  nth: number;
}

/** Opens a stream in the place that the turn's update came from. */
export function openAnswer(ctx: TurnContext, options: OpenOptions): OwnedAnswerStream {
  const { turn } = ctx;
  const { address, placeholder = '…', draft = 'auto', nth } = options;
  const everyMs =
    options.everyMs ?? (address.chat.type === 'private' ? EVERY_MS : EVERY_MS_IN_GROUPS);
  let answer: AnswerText = { text: '', extra: options.extra };
  let usesPlainText = false;
  let lastShown = '';
  let ending: Promise<void> | undefined;
  let refusal: unknown;
  const openMessage = (): Display => {
    const opened = messageDisplay(ctx, address, placeholder, answer.extra);
    opened.sent.catch((error: unknown) => {
      if (nextActionAfter(error, turn) === 'never') refusal = error;
    });
    return opened;
  };
  let isDraft = draft === 'auto' && mayTakeDrafts(address);
  let display = isDraft ? draftDisplay(ctx, address, nth) : openMessage();

  const updates: PacedUpdates = createPacedUpdates({
    turn,
    everyMs,
    ...(isDraft && { repeatAfterMs: display.repeatAfterMs! }),
    async send(signal, isRepeat) {
      const piece = firstPiece(answer);
      if (piece === undefined && !isDraft) return false;
      const { extra } = answer;
      const content = piece ? contentOf(piece, extra, usesPlainText) : { text: placeholder };
      const shown = JSON.stringify([content, extraOfEdit(extra)]);
      if (shown === lastShown && !(isRepeat && isDraft)) return false;
      await display.show(content, extra, signal);
      lastShown = shown;
      return true;
    },
    onRefused(error) {
      if (isBrokenMarkup(error) && !usesPlainText) return (usesPlainText = true);
      if (!isDraft || ending) return false;
      isDraft = false;
      display = openMessage();
      return true;
    },
    onFailed: () => turn.count?.('progress-failed'),
  });
  if (isDraft) updates.changed();

  function change(next: Partial<AnswerText>, extra?: AnswerExtra): void {
    if (ending !== undefined || turn.signal.aborted) return;
    const { text, entities } = { ...answer, ...next };
    answer = { text, ...(entities && { entities }), extra: { ...answer.extra, ...extra } };
    updates.changed();
  }

  async function finish(): Promise<void> {
    await updates.close();
    const final: FinalAnswer = {
      pieces: piecesOf(answer),
      isBeginning: true,
      extra: answer.extra,
    };
    let silentMs = updates.silentForMs();
    try {
      const sent = await display.sent;
      if (sent !== undefined) final.sent = sent;
    } catch (error) {
      // The first message could not be sent, so the answer is sent as a new one.
      const action = nextActionAfter(error, turn);
      if (action === 'never' || action === 'over') throw error;
      if (action === 'retry-after') silentMs = Math.max(silentMs, waitOf(error, MAX_WAIT_MS));
    }
    if (final.sent === undefined && final.pieces.length === 0) return;
    if (silentMs > MAX_WAIT_MS && turn.outbox) return defer(final);
    if (isShown(final)) return;
    try {
      await deliverFinalAnswer(ctx, address.chat.id, final);
    } catch (error) {
      const action = nextActionAfter(error, turn);
      // A failure of Telegram must not make the handler write its whole answer again.
      if (turn.outbox && (action === 'retry-after' || isFailedCall(error, action)))
        return defer(final);
      throw error;
    }
  }

  function defer(final: FinalAnswer): void {
    turn.count?.('stream-deferred');
    stageFinalAnswer(ctx, address, final);
  }

  /** Whether the last state that Telegram confirmed is the final answer. */
  function isShown({ sent, pieces: [first, ...more], extra }: FinalAnswer): boolean {
    if (sent === undefined || first === undefined || more.length > 0) return false;
    return lastShown === JSON.stringify([contentOf(first, extra, false), extraOfEdit(extra)]);
  }

  return {
    get text() {
      return answer.text;
    },
    write: (text) => change({ text: answer.text + text }),
    set: (text, extra) => change({ entities: undefined, ...asPiece(text) } as AnswerText, extra),
    async pipe(source) {
      for await (const text of untilAborted(source, turn.signal)) {
        if (refusal !== undefined) throw refusal as Error;
        change({ text: answer.text + text });
      }
    },
    end(text, extra) {
      if (ending !== undefined) return ending;
      if (text !== undefined) change({ entities: undefined, ...asPiece(text) } as AnswerText);
      change({}, extra);
      ending = finish();
      return ending;
    },
    async abandon() {
      ending ??= Promise.resolve();
      await updates.abort();
      await display.sent.catch(() => undefined);
    },
  };
}

function isFailedCall(error: unknown, action: string): boolean {
  return action === 'retry' && error instanceof Error && 'nextAction' in error;
}
