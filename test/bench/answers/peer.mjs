// The benchmark's bot, written with another library. A single process serves its webhook, and its
// sessions are stored in Redis. Usage: `node peer.mjs telegraf|grammy`, with BOT_TOKEN,
// TELEGRAM_API_ROOT and REDIS_PORT set.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Bot, session as grammySession, webhookCallback } from 'grammy';
import { Redis } from 'ioredis';
import { Telegraf, session as telegrafSession } from 'telegraf';
import { answerText, newSession } from './answer-text.mjs';

const { BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot, REDIS_PORT: port } = process.env;
const botInfo = { id: 123456789, is_bot: true, first_name: 'Bench', username: 'bench_bot' };
const redis = new Redis(Number(port), '127.0.0.1');

const read = async (key) => {
  const stored = await redis.get(key);
  return stored ? JSON.parse(stored) : undefined;
};
const write = (key, value) => redis.set(key, JSON.stringify(value));
const remove = (key) => redis.del(key);

const peers = {
  telegraf() {
    const bot = new Telegraf(token, { telegram: { apiRoot, webhookReply: false } });
    bot.botInfo = botInfo;
    const store = { get: read, set: write, delete: remove };
    bot.use(telegrafSession({ store, defaultSession: newSession }));
    bot.on('message', (ctx) => ctx.reply(answerText(ctx.update, ctx.session)));
    return bot.webhookCallback('/hook');
  },
  grammy() {
    const bot = new Bot(token, { botInfo, client: { apiRoot } });
    const storage = { read, write, delete: remove };
    bot.use(grammySession({ storage, initial: newSession }));
    bot.on('message', (ctx) => ctx.reply(answerText(ctx.update, ctx.session)));
    return webhookCallback(bot, 'http');
  },
};
const server = createServer(peers[process.argv[2]]());
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send({ port: server.address().port });
process.on('disconnect', () => process.exit(0));
