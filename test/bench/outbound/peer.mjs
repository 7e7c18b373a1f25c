// A bot with another library, in a separate process: `node peer.mjs telegraf|auto-retry|throttler`. Its webhook answers 200
// when the handler is done and 500 when it throws, so that Telegram sends the update again.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { autoRetry } from '@grammyjs/auto-retry';
import { apiThrottler } from '@grammyjs/transformer-throttler';
import { Bot } from 'grammy';
import { Telegraf } from 'telegraf';
import { handle } from './handlers.mjs';
import telegrafBot from './telegraf-bot.mjs';

const { BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot } = process.env;
const botInfo = { id: 123456789, is_bot: true, first_name: 'Bench', username: 'bench_bot' };

function grammy(transformer) {
  const bot = new Bot(token, { botInfo, client: { apiRoot } });
  bot.api.config.use(transformer);
  bot.on('message', (ctx) =>
    handle(ctx.message.text ?? '', {
      say: (text) => ctx.reply(text),
      send: (chat, text) => ctx.api.sendMessage(chat, text),
    }),
  );
  return bot;
}

const peers = {
  telegraf() {
    const bot = new Telegraf(token, { telegram: { apiRoot } });
    bot.botInfo = botInfo;
    bot.catch((error) => {
      throw error;
    });
    bot.use(telegrafBot);
    return bot;
  },
  'auto-retry': () => grammy(autoRetry()),
  throttler: () => grammy(apiThrottler()),
};
const bot = peers[process.argv[2]]();

const server = createServer((request, response) => {
  void (async () => {
    const parts = [];
    for await (const part of request) parts.push(part);
    await bot.handleUpdate(JSON.parse(Buffer.concat(parts).toString()));
    response.writeHead(200).end();
  })().catch(() => response.writeHead(500).end());
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send({ port: server.address().port });
process.on('disconnect', () => process.exit(0));
