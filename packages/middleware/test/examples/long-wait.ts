import { sayAfterLongWait, type TurnContext } from '@chatlane/middleware';
import { Composer } from 'telegraf';

const bot = new Composer<TurnContext>();
bot.use(sayAfterLongWait({ afterMs: 60_000, text: () => 'Sorry for the long wait.' }));
bot.on('message', (ctx) => ctx.reply('Here I am.'));

export default bot;
