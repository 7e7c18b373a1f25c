// A Bot API server that answers every call immediately, in a separate process. It counts the messages of each recipient
// of a broadcast (a chat from FIRST on), and notes when each reply arrived. It answers the process messages 'counts' and
// 'replies'.
import { once } from 'node:events';
import { createServer } from 'node:http';

const [FIRST, RECIPIENTS] = process.argv.slice(2).map(Number);
const counts = new Uint8Array(RECIPIENTS);
const me = { id: 123456789, is_bot: true, first_name: 'Bench', username: 'bench_bot' };
const chat = { id: 1, type: 'private', first_name: 'A' };
const results = {
  getMe: me,
  getMyCommands: [],
  getWebhookInfo: { url: '', pending_update_count: 0, has_custom_certificate: false },
  sendMessage: { message_id: 1, date: 1, chat, from: me, text: 'sent' },
};
let arrived = 0;
let replies = [];

const server = createServer((request, response) => {
  const method = request.url.slice(request.url.lastIndexOf('/') + 1);
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    if (method === 'sendMessage') {
      const { chat_id: to, text } = JSON.parse(parts.join(''));
      if (to >= FIRST) {
        counts[to - FIRST] += 1;
        arrived += 1;
      } else replies.push([Number(text), Date.now()]);
    }
    const body = JSON.stringify({ ok: true, result: results[method] ?? true });
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    response.writeHead(200, headers).end(body);
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send({ port: server.address().port });
process.on('message', (message) => {
  if (message === 'replies') process.send({ replies: replies.splice(0) });
  else if (message === 'arrived') process.send({ arrived });
  else process.send({ counts: Buffer.from(counts).toString('base64') });
});
process.on('disconnect', () => process.exit(0));
