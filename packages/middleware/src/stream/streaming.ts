import type { MiddlewareFn } from 'telegraf';
import { addressOf } from '../files/address.js';
import { applyAddress } from '../files/apply-address.js';
import type { TurnContext } from '../turn/turn.js';
import type { AnswerExtra } from './answer-text.js';
import type { AnswerStream, OwnedAnswerStream, StreamOptions } from './answer-stream.js';
import { deliverFinalAnswer, finalAnswerIn } from './final-answer.js';
import { openAnswer } from './open-answer.js';

/** The context behind `streaming()`. */
export interface StreamContext {
  /**
   * Opens an answer that is shown while the handler writes it, in the place that the update came from.
   *
   * @param extra options as for `ctx.reply`: `parse_mode`, `reply_markup`, `reply_parameters`, ...
   * @throws Error when the update has no chat
   */
  stream(extra?: AnswerExtra, options?: StreamOptions): AnswerStream;
}

/**
 * Adds `ctx.stream()`: an answer that is shown while it is being written, such as that of a language model. The handler
 * may write as often as it likes. The latest state is shown within Telegram's limits, and nothing is sent during a
 * penalty (429). The final text is always delivered: if Telegram accepts no calls for the chat, it is stored with the
 * turn's commit and delivered by its own turn, even if a worker dies. A stream that the handler did not end is ended
 * after it. If the handler fails, the repeated turn continues in the same message. Use it in front of middleware that
 * handles messages.
 *
 * @param defaults default options of all streams
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
      if (address === undefined) throw new Error('ctx.stream: the update has no chat to answer.');
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
