// Stores the bodies of sendMessage. It answers the process message 'count' with their number, and 'take' with the bodies,
// which it then deletes.
import { serveInstantly } from '../instant-bot-api.mjs';

const sent = [];

await serveInstantly({
  onSend: (body) => sent.push(body),
  answer: (message) => (message === 'count' ? { count: sent.length } : { bodies: sent.splice(0) }),
});
