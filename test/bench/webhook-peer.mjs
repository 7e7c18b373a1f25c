// A webhook of another kind, in a process of its own: `node webhook-peer.mjs express|telegraf|grammy`. Bots note
// the start of each update's handler in the file LEDGER, like the ledger bot.
import { appendFile } from 'node:fs';
import { createServer } from 'node:http';
import express from 'express';
import { Bot, webhookCallback } from 'grammy';
import { Telegraf } from 'telegraf';

const TOKEN = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';
const me = { id: 123456789, is_bot: true, first_name: 'Bench', username: 'bench_bot' };

function note(ctx) {
  const at = process.hrtime.bigint().toString();
  const line = JSON.stringify({ what: 'start', update: ctx.update.update_id, at });
  appendFile(process.env.LEDGER, `${line}\n`, () => undefined);
}

const peers = {
  express() {
    const app = express();
    app.post('/hook', (_request, response) => response.sendStatus(200));
    return app;
  },
  telegraf() {
    const bot = new Telegraf(TOKEN);
    bot.botInfo = me;
    bot.use(note);
    return bot.webhookCallback('/hook');
  },
  grammy() {
    const bot = new Bot(TOKEN, { botInfo: me });
    bot.use(note);
    return webhookCallback(bot, 'http');
  },
};

const server = createServer(peers[process.argv[2]]());
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit(0));
