// A Bot API server in a process of its own that answers every call immediately.
import { once } from 'node:events';
import { createServer } from 'node:http';

const me = { id: 123456789, is_bot: true, first_name: 'Bench', username: 'bench_bot' };
const chat = { id: 1, type: 'private', first_name: 'A' };
const results = {
  getMe: me,
  getMyCommands: [],
  getWebhookInfo: { url: '', pending_update_count: 0, has_custom_certificate: false },
  sendMessage: { message_id: 1, date: 1, chat, from: me, text: 'an answer' },
};

/**
 * Starts the server and sends its port to the parent. `onSend` gets the body of each sendMessage, and `answer` returns
 * what to send for a message of the parent. The process ends with its parent.
 */
export async function serveInstantly({ onSend, answer }) {
  const server = createServer((request, response) => {
    const method = request.url.slice(request.url.lastIndexOf('/') + 1);
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      if (method === 'sendMessage') onSend(parts.join(''));
      const body = JSON.stringify({ ok: true, result: results[method] ?? true });
      const headers = { 'content-type': 'application/json', 'content-length': body.length };
      response.writeHead(200, headers).end(body);
    });
  });
  server.keepAliveTimeout = 120_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send({ port: server.address().port });
  process.on('message', (message) => process.send(answer(message)));
  process.on('disconnect', () => process.exit(0));
}
