/** A user of the playground at `url`, who writes to the bot in a private chat. */
export function createPerson(url: string, id: number) {
  async function call(path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${url}/play${path}`, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json' },
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }
  return {
    say: (text: string) => call('/messages', { chat_id: id, from_id: id, text }),
    /** The bot's messages to this user, oldest first. */
    async answers(): Promise<string[]> {
      const messages = (await call(`/chats/${id}/messages`)) as Message[];
      return messages.filter(({ from }) => from?.is_bot).map(({ text }) => text ?? '');
    },
  };
}

interface Message {
  from?: { is_bot: boolean };
  text?: string;
}
