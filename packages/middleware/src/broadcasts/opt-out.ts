import { broadcastData, readBroadcastData } from '@chatlane/contracts';
import { Composer, Markup, type Context, type MiddlewareFn } from 'telegraf';

/** Where the choices of chats are stored; the worker's port `chats` is one. */
export interface OptOutStore {
  /** Ends the messages of a topic for a chat. */
  optOut(chatId: number, topic: string): Promise<void>;
  /** Allows them again. */
  optIn(chatId: number, topic: string): Promise<void>;
}

/** A text, or a function that returns it in the user's language. */
type TextFor<Ctx> = string | ((ctx: Ctx) => string);

/** Options of `broadcastOptOut`. */
export interface BroadcastOptOutOptions<Ctx extends Context> {
  /** The worker's port `chats`. */
  store: OptOutStore;
  /** The topics of the bot's broadcasts, and the text of the button that subscribes to each again. */
  topics: Readonly<Record<string, TextFor<Ctx>>>;
  /** The command that ends all topics. Default: `stop`. */
  command?: string;
  /** The reply to opting out. */
  stopped: TextFor<Ctx>;
  /** The reply to opting in again. */
  started: TextFor<Ctx>;
}

/**
 * Lets people opt out of broadcasts instead of blocking the bot: with a command, and with the button that broadcasts show
 * (`optOutButton`). In groups, only admins can do so.
 *
 * @example
 * bot.use(broadcastOptOut({
 *   store: ports.chats,
 *   topics: { news: 'Subscribe to news' },
 *   stopped: 'You will get no more of these messages.',
 *   started: 'Welcome back!',
 * }));
 */
export function broadcastOptOut<Ctx extends Context>(
  options: BroadcastOptOutOptions<Ctx>,
): MiddlewareFn<Ctx> {
  const { store, topics, command = 'stop', stopped, started } = options;
  const composer = new Composer<Ctx>();

  composer.command(command, async (ctx, next) => {
    if (!(await maySpeakForChat(ctx))) return next();
    for (const topic of Object.keys(topics)) await store.optOut(ctx.chat.id, topic);
    const again = Object.entries(topics).map(([topic, label]) =>
      Markup.button.callback(textFor(ctx, label), broadcastData({ wish: 'start', topic })),
    );
    await ctx.reply(textFor(ctx, stopped), Markup.inlineKeyboard(again, { columns: 1 }));
  });

  composer.on('callback_query', async (ctx, next) => {
    const { callbackQuery, chat } = ctx;
    const press = 'data' in callbackQuery ? readBroadcastData(callbackQuery.data) : undefined;
    if (press === undefined || chat === undefined) return next();
    if (!(await maySpeakForChat(ctx))) return void (await ctx.answerCbQuery());
    const { wish, topic } = press;
    await (wish === 'stop' ? store.optOut(chat.id, topic) : store.optIn(chat.id, topic));
    await ctx.answerCbQuery(textFor(ctx, wish === 'stop' ? stopped : started));
  });

  return composer.middleware();
}

/** @param ctx a `Ctx`, which Telegraf's types no longer recognize as one after narrowing it */
function textFor<Ctx>(ctx: unknown, text: TextFor<Ctx>): string {
  return typeof text === 'string' ? text : text(ctx as Ctx);
}

async function maySpeakForChat({ chat, from, telegram }: Context): Promise<boolean> {
  if (chat?.type === 'private') return true;
  if (chat === undefined || from === undefined) return false;
  const { status } = await telegram.getChatMember(chat.id, from.id);
  return status === 'creator' || status === 'administrator';
}
