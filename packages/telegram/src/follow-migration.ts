import type { ApiCall, Interceptor, Send } from './interceptor.js';
import { NeverRetryError, RetryError } from './errors.js';
import { canBeSentAgain } from './payload.js';

interface FollowMigrationOptions {
  /** Looks up the supergroup that a basic group was upgraded to; undefined if none is known. */
  aliasOf: (chatId: number) => Promise<number | undefined> | number | undefined;
  /** Called when Telegram reports a migration by rejecting a call. */
  onMigrated: (oldChatId: number, newChatId: number) => void;
}

/** Migrated groups are few; when there are more than this, the cache is cleared and filled again. */
const MAX_ALIASES = 10_000;

/**
 * Redirects calls for a group that was upgraded to a supergroup, once, when Telegram rejects the old id (400 with
 * `migrate_to_chat_id`). Calls that name a message are not redirected: messages have other ids in the supergroup, so
 * the same number would be a different message there. For the same reason a redirected message loses its
 * `reply_parameters`.
 */
export function createFollowMigration({
  aliasOf,
  onMigrated,
}: FollowMigrationOptions): Interceptor {
  const learned = new Map<number, number>();

  function learn(oldChatId: number, newChatId: number): void {
    if (learned.size >= MAX_ALIASES) learned.clear();
    learned.set(oldChatId, newChatId);
    onMigrated(oldChatId, newChatId);
  }

  return function followMigration(call, next) {
    const oldChatId = groupOf(call);
    const isFollowed = oldChatId !== undefined && !namesMessage(call);
    return isFollowed ? follow(oldChatId, call, next) : next(call);
  };

  async function follow(oldChatId: number, call: ApiCall, next: Send): Promise<unknown> {
    // An unknown alias costs one rejected call, so a failed lookup counts as none.
    const known =
      learned.get(oldChatId) ?? (await Promise.resolve(aliasOf(oldChatId)).catch(() => undefined));
    if (known !== undefined) return next(to(known, call));
    try {
      return await next(call);
    } catch (error) {
      const newChatId = error instanceof NeverRetryError ? error.migrateToChatId : undefined;
      if (newChatId === undefined) throw error;
      learn(oldChatId, newChatId);
      if (canBeSentAgain(call.payload)) return next(to(newChatId, call));
      // The stream has been consumed: the turn has to create another one.
      const description = 'the group became a supergroup, and the file stream is already consumed';
      throw new RetryError({ method: call.method, description, maybeSent: false, cause: error });
    }
  }
}

/** Only a basic group can migrate: its id is negative and has at most twelve digits (telegram-bot-api, Client.cpp). */
function groupOf({ payload }: ApiCall): number | undefined {
  const chatId = Number(payload['chat_id'] ?? 0);
  return Number.isSafeInteger(chatId) && chatId < 0 && chatId > -1e12 ? chatId : undefined;
}

function namesMessage({ payload }: ApiCall): boolean {
  return payload['message_id'] !== undefined || payload['message_ids'] !== undefined;
}

function to(chatId: number, call: ApiCall): ApiCall {
  const payload: Record<string, unknown> = { ...call.payload, chat_id: chatId };
  delete payload['reply_parameters'];
  delete payload['reply_to_message_id'];
  return { ...call, payload };
}
