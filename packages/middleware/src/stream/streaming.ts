import type { MiddlewareFn } from 'telegraf';
import { addressOf } from '../files/address.js';
import { applyAddress } from '../files/apply-address.js';
import type { TurnContext } from '../turn/turn.js';
import type { AnswerExtra } from './answer-text.js';
import type { AnswerStream, OwnedAnswerStream, StreamOptions } from './answer-stream.js';
import { deliverFinalAnswer, finalAnswerIn } from './final-answer.js';
import { openAnswer } from './open-answer.js';

/** A context behind `streaming()`. */
export interface StreamContext {
  /**
   * Opens an answer that grows while the handler runs, in the place that the update came from.
   *
   * @param extra what Telegraf's `ctx.reply` takes: `parse_mode`, `reply_markup`, `reply_parameters`, ...
   * @throws Error when the update names no chat
   */
  stream(extra?: AnswerExtra, options?: StreamOptions): AnswerStream;
}

/**
 * Gives `ctx.stream()`: an answer that is shown while it is written, such as that of a language model. The handler writes as
 * often as it likes; the newest state is shown within Telegram's limits, and nothing is sent during a penalty (429). The
 * final text is always delivered: when Telegram takes no calls for the chat, it is stored with the turn's commit and delivered
 * by a turn of its own, after a worker's death too. A stream that its handler has not ended is ended behind it; the turn of a
 * handler that fails is run again and goes on in the same message. Let it stand in front of what acts on messages.
 *
 * @param defaults of all streams
 * @example
 * bot.use(streaming());
 * bot.command('ask', async (ctx) => {
 *   const stream = ctx.stream();
 *   await stream.pipe(model.answer(ctx.payload));
 *   await stream.end();
 * });
 */
export function streaming<C extends TurnContext & StreamContext>(
  defaults: StreamOptions = {},
): MiddlewareFn<C> {
  return async function streamingMiddleware(ctx, next) {
    const final = finalAnswerIn(ctx.update);
    if (final !== undefined) {
      applyAddress(ctx, final.address);
      return deliverFinalAnswer(ctx, final.address.chat.id, final.answer);
    }
    const streams: OwnedAnswerStream[] = [];
    ctx.stream = (extra = {}, options = {}) => {
      const address = addressOf(ctx);
      if (address === undefined) throw new Error('ctx.stream: the update names no chat to answer.');
      const nth = streams.length;
      const stream = openAnswer(ctx, { ...defaults, ...options, address, extra, nth });
      streams.push(stream);
      return stream;
    };
    try {
      await next();
      for (const stream of streams) await stream.end();
    } catch (error) {
      await Promise.all(streams.map((stream) => stream.abandon()));
      throw error;
    }
  };
}
