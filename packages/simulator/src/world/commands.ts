import type { Chat } from './chat.js';

/** A Bot API `BotCommand`. */
export interface BotCommand {
  /** The command, without the slash: 1 to 32 of `a-z`, `0-9` and `_`. */
  command: string;
  /** What the command does, in 1 to 256 characters. */
  description: string;
}

/** A Bot API `BotCommandScope`. */
export interface CommandScope {
  type: string;
  chat_id?: number | undefined;
  user_id?: number | undefined;
}

/** The bot's command lists, one per scope and language. */
export interface Commands {
  set(scope: CommandScope, language: string, commands: BotCommand[]): void;
  get(scope: CommandScope, language: string): BotCommand[];
  delete(scope: CommandScope, language: string): void;
  /**
   * The commands a user sees in a chat: those of the narrowest scope that has any, in their own language if possible.
   */
  shownIn(chat: Chat | undefined, userId: number, language: string): BotCommand[];
}

export function createCommands(): Commands {
  const lists = new Map<string, BotCommand[]>();

  function key({ type, chat_id, user_id }: CommandScope, language: string): string {
    return [type, chat_id ?? '', user_id ?? '', language].join('|');
  }

  return {
    set: (scope, language, commands) => void lists.set(key(scope, language), commands),
    get: (scope, language) => lists.get(key(scope, language)) ?? [],
    delete: (scope, language) => void lists.delete(key(scope, language)),
    shownIn(chat, userId, language) {
      for (const scope of scopesOf(chat, userId)) {
        const found = lists.get(key(scope, language)) ?? lists.get(key(scope, ''));
        if (found) return found;
      }
      return [];
    },
  };
}

/** Narrowest first, as documented in the Bot API under "Determining list of commands". */
function scopesOf(chat: Chat | undefined, userId: number): CommandScope[] {
  const everywhere = { type: 'default' };
  if (chat === undefined || chat.identity.type === 'private') {
    const ownChat = { type: 'chat', chat_id: chat?.identity.id ?? userId };
    return [ownChat, { type: 'all_private_chats' }, everywhere];
  }
  const chat_id = chat.identity.id;
  const admin = chat.adminIds.has(userId);
  return [
    { type: 'chat_member', chat_id, user_id: userId },
    ...(admin ? [{ type: 'chat_administrators', chat_id }] : []),
    { type: 'chat', chat_id },
    ...(admin ? [{ type: 'all_chat_administrators' }] : []),
    { type: 'all_group_chats' },
    everywhere,
  ];
}
