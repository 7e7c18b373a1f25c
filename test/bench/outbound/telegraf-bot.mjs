// The bot for Chatlane and for plain Telegraf, which ignores the priority of a call.
import { Composer } from 'telegraf';
import { handle } from './handlers.mjs';

const bot = new Composer();
bot.on('message', (ctx) =>
  handle(ctx.message.text ?? '', {
    say: (text) => ctx.reply(text),
    send: (chat_id, text) =>
      ctx.telegram.callApi('sendMessage', { chat_id, text }, { priority: 'bulk' }),
  }),
);
export default bot;
