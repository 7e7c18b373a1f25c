import { session } from '@chatlane/middleware';
import { Composer } from 'telegraf';
import { answerText, newSession } from './answer-text.mjs';

const bot = new Composer();
bot.use(session({ defaultSession: newSession }));
bot.on('message', (ctx) => ctx.reply(answerText(ctx.update, ctx.session)));
export default bot;
