import { session, type TurnContext } from '@chatlane/middleware';
import { Composer } from 'telegraf';

interface BotContext extends TurnContext {
  session: { count: number };
}

const bot = new Composer<BotContext>();
bot.use(session({ defaultSession: () => ({ count: 0 }) }));
bot.on('message', (ctx) => ctx.reply(`Message ${++ctx.session.count}`));
export default bot;
