// Replies with the text that it gets.
import { Composer } from 'telegraf';

const bot = new Composer();
bot.on('message', (ctx) => ctx.reply(ctx.message.text));
export default bot;
