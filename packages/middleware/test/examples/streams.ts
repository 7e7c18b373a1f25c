import { chatAction, streaming, type StreamContext, type TurnContext } from '@chatlane/middleware';
import { Composer } from 'telegraf';

type BotContext = TurnContext & StreamContext;

/** Anything that answers bit by bit, such as a language model. */
interface Model {
  answer(question: string, options: { signal: AbortSignal }): AsyncIterable<string>;
  draw(question: string): Promise<Buffer>;
}

export function createBot(model: Model): Composer<BotContext> {
  const bot = new Composer<BotContext>();
  bot.use(streaming());
  bot.command('ask', async (ctx) => {
    const stream = ctx.stream({ parse_mode: 'Markdown' });
    await stream.pipe(model.answer(ctx.payload, { signal: ctx.turn.signal }));
    await stream.end();
  });
  bot.command('draw', chatAction('upload_photo'), async (ctx) => {
    await ctx.replyWithPhoto({ source: await model.draw(ctx.payload) });
  });
  return bot;
}
