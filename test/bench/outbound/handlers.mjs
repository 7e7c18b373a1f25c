// The handlers of the `outbound` bots, the same in every system. `say` writes to the update's chat, `send` to any chat.

/** Concurrent sends of one broadcast. */
const AT_ONCE = 40;

/**
 * `talk TAG`: two replies in sequence. `broadcast FIRST COUNT`: one message to each of COUNT chats from FIRST; an unreachable
 * chat does not stop the others.
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
