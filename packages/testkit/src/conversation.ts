import type { Message, RunningSimulator } from '@chatlane/simulator';

/** Something that people can see in a chat, or in an answer to a button press. */
export type Entry =
  /** A new message, of a person or of the bot. */
  | { kind: 'message'; chatId: number; message: Message }
  /** A message with its new content. */
  | { kind: 'edit'; chatId: number; message: Message; before: Message | undefined }
  /** A message was deleted. */
  | { kind: 'delete'; chatId: number; message: Message | undefined }
  /** What answerCallbackQuery shows to the user who pressed. */
  | { kind: 'notice'; chatId: number; userId: number; text: string; isAlert: boolean }
  /** A person pressed a button. */
  | { kind: 'press'; chatId: number; userId: number; label: string }
  /** A person blocked the bot. */
  | { kind: 'block'; chatId: number; userId: number }
  /** A line of the test itself. */
  | { kind: 'note'; line: string };

/** Everything that happened in the chats of a test, in order. */
export interface Conversation {
  readonly entries: readonly Entry[];
  add(entry: Entry): void;
  /** Resolves when something is added. */
  next(): Promise<void>;
}

/** Records what happens in a simulated Telegram. */
export function recordConversation({ feed }: RunningSimulator): Conversation {
  const entries: Entry[] = [];
  const messages = new Map<string, Message>();
  const waiting: (() => void)[] = [];
  /** The chat in which each person last pressed a button. */
  const pressedIn = new Map<number, number>();

  function add(entry: Entry): void {
    entries.push(entry);
    if (entry.kind === 'press') pressedIn.set(entry.userId, entry.chatId);
    for (const resolve of waiting.splice(0)) resolve();
  }

  function put(message: Message): Message | undefined {
    const key = `${message.chat.id}:${message.message_id}`;
    const before = messages.get(key);
    messages.set(key, message);
    return before;
  }

  const readers: Partial<Record<string, (data: never) => Entry | undefined>> = {
    message: ({ message }: { message: Message }) => {
      put(message);
      return { kind: 'message', chatId: message.chat.id, message };
    },
    edit: ({ message }: { message: Message }) => ({
      ...{ kind: 'edit', chatId: message.chat.id, message },
      before: put(message),
    }),
    delete: ({ chat_id, message_id }: { chat_id: number; message_id: number }) => ({
      ...{ kind: 'delete', chatId: chat_id },
      message: messages.get(`${chat_id}:${message_id}`),
    }),
    answer: ({ user_id, text, show_alert }: Answer) =>
      text === undefined
        ? undefined
        : {
            ...{ kind: 'notice', userId: user_id, text, isAlert: show_alert },
            chatId: pressedIn.get(user_id) ?? user_id,
          },
  };
  feed.subscribe((event, data) => {
    const entry = readers[event]?.(data as never);
    if (entry) add(entry);
  });

  return {
    entries,
    add,
    next: () => new Promise((resolve) => void waiting.push(resolve)),
  };
}

interface Answer {
  user_id: number;
  text?: string;
  show_alert: boolean;
}
