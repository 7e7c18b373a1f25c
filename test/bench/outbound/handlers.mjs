// What the bots of `outbound` do, the same in every system. `say` writes to the chat of the update, `send` to any chat.

/** Sends of one broadcast under way at once. */
const AT_ONCE = 40;

/**
 * `talk TAG`: two replies, one after the other. `broadcast FIRST COUNT`: a message to each of so many chats; a chat that cannot be
 * reached does not stop the others.
 */
export async function handle(text, { say, send }) {
  const [word, ...args] = text.split(' ');
  if (word === 'talk') {
    await say(`${args[0]}#1`);
    await say(`${args[0]}#2`);
  }
  if (word === 'broadcast') {
    const [first, count] = args.map(Number);
    let next = 0;
    const sender = async () => {
      while (next < count) {
        const chat = first + (next += 1) - 1;
        await send(chat, `bulk-${chat}`).catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sender));
  }
}
