// Counts the messages of each recipient of a broadcast (a chat from FIRST on), and notes when each reply arrived. It answers
// the process messages 'counts', 'arrived' and 'replies'.
import { serveInstantly } from '../instant-bot-api.mjs';

const [FIRST, RECIPIENTS] = process.argv.slice(2).map(Number);
const counts = new Uint8Array(RECIPIENTS);
const replies = [];
let arrived = 0;

await serveInstantly({
  onSend(body) {
    const { chat_id: to, text } = JSON.parse(body);
    if (to >= FIRST) {
      counts[to - FIRST] += 1;
      arrived += 1;
    } else replies.push([Number(text), Date.now()]);
  },
  answer(message) {
    if (message === 'replies') return { replies: replies.splice(0) };
    if (message === 'arrived') return { arrived };
    return { counts: Buffer.from(counts).toString('base64') };
  },
});
