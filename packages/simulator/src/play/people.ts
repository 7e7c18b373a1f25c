import type { Simulator } from '../simulator.js';
import type { Chat } from '../world/chat.js';
import { threadFields, topicIdOf } from '../world/forum.js';
import type { InlineQuery, InlineResult } from '../world/inline-query.js';
import { asBotSeesIt, asReplied, type Message } from '../world/message.js';
import type { Poll } from '../world/polls.js';
import type { User } from '../world/user.js';
import { checkVote } from './check-vote.js';
import { checkMayWrite, checkTopic, join } from './join.js';
import { PlayError } from './play-error.js';
import { withText } from './typed-text.js';

/** What people do in the simulated Telegram. Each action changes the world and becomes an update for the bot. */
export interface People {
  /**
   * Sends a message. @param replyTo a message of the same chat. @param topicId a topic of a forum; by default that of
   * the message replied to. @throws PlayError 404 when either does not exist
   */
  say(
    chatId: number,
    userId: number,
    content: Partial<Message>,
    replyTo?: number,
    topicId?: number,
  ): Message;
  /** Edits a text or caption. @throws PlayError 400 when the message has neither, or belongs to another user */
  edit(chatId: number, messageId: number, userId: number, text: string): Message;
  /** Presses a button of an inline keyboard. Returns the callback query's id. */
  press(chatId: number, messageId: number, userId: number, data: string): string;
  /** Votes in a poll; an empty list of options retracts the vote. @throws PlayError when the poll does not allow it */
  vote(chatId: number, messageId: number, userId: number, optionIds: readonly number[]): Poll;
  /** Pins a message, or unpins it. */
  pin(chatId: number, messageId: number, userId: number, pinned: boolean): void;
  /** Blocks the bot, or unblocks it. */
  block(userId: number, blocked: boolean): void;
  /** Types an inline query in a chat's composer. A cached answer is returned immediately, without asking the bot. */
  askInline(chatId: number, userId: number, typed: { query: string; offset: string }): InlineQuery;
  /** Sends a result of an inline query to a chat. @throws ApiError when its file cannot be fetched */
  chooseInline(
    chatId: number,
    userId: number,
    choice: { query: InlineQuery; result: InlineResult; replyTo?: number | undefined },
  ): Promise<Message>;
  /** The chat, if it exists or is a user's private chat. @throws PlayError 404, or 400 when it became a supergroup */
  chat(chatId: number): Chat;
}

export function createPeople(simulator: Simulator): People {
  const { world, queue, clock } = simulator;
  let lastQuery = BigInt(Date.now()) << 20n;

  function nextQueryId(): string {
    lastQuery += 1n;
    return String(lastQuery);
  }

  function chat(chatId: number): Chat {
    const known = world.chats.get(chatId);
    if (known?.upgradedTo) {
      const { id } = known.upgradedTo.identity;
      throw new PlayError(400, `chat_id: group ${chatId} became supergroup ${id}`);
    }
    if (known && known.identity.type !== 'private') return known;
    if (chatId > 0) return world.chats.ensurePrivate(chatId);
    throw new PlayError(
      404,
      `chat_id: chat ${chatId} does not exist; create it with POST /play/chats`,
    );
  }

  function participant(place: Chat, userId: number): User {
    const { id, type } = place.identity;
    if (type === 'private' && id !== userId) {
      throw new PlayError(400, `from_id: must be ${id}, the chat is private`);
    }
    if (userId === world.bot.id) throw new PlayError(400, 'from_id: must be a person, not the bot');
    const user = world.users.ensure(userId);
    join(simulator, place, userId);
    return user;
  }

  function messageIn(chatId: number, messageId: number): Message {
    const message = world.histories.get(chatId, messageId);
    if (message) return message;
    throw new PlayError(404, `message_id: message ${messageId} does not exist in chat ${chatId}`);
  }

  function deliver(kind: string, place: Chat, payload: unknown): void {
    if (!place.botIsMember) return;
    queue.push(kind, payload);
  }

  return {
    chat,
    say(chatId, userId, content, replyTo, topicId) {
      const place = chat(chatId);
      const user = participant(place, userId);
      checkMayWrite(simulator, place, userId);
      const replied = replyTo === undefined ? undefined : messageIn(chatId, replyTo);
      const thread = threadFields(place.identity, topicId, replied);
      checkTopic(place, userId, { topicId: topicIdOf(thread), isNamed: topicId !== undefined });
      // As at Telegram, writing to a blocked bot unblocks it first.
      if (world.users.isBlocking(userId)) this.block(userId, false);
      // As at Telegram, a message in a topic without a reply of its own is a reply to the topic's first message.
      const shown = replied ?? world.histories.get(chatId, topicId ?? 0);
      const message = world.post(place, user, {
        ...thread,
        ...(shown && { reply_to_message: asReplied(shown) }),
        ...content,
      });
      deliver('message', place, message);
      return message;
    },
    edit(chatId, messageId, userId, text) {
      const place = chat(chatId);
      const message = messageIn(chatId, messageId);
      if (message.from?.id !== userId) {
        throw new PlayError(400, `from_id: message ${messageId} is not by user ${userId}`);
      }
      const edited = world.edit(withText(message, text));
      deliver('edited_message', place, edited);
      return edited;
    },
    press(chatId, messageId, userId, data) {
      const place = chat(chatId);
      const user = participant(place, userId);
      const message = messageIn(chatId, messageId);
      const buttons = message.reply_markup?.inline_keyboard?.flat() ?? [];
      if (!buttons.some(({ callback_data }) => callback_data === data)) {
        throw new PlayError(400, `data: message ${messageId} has no button with this data`);
      }
      const id = nextQueryId();
      const inlineId = world.inline.nameOf(message);
      const query = {
        id,
        from: user,
        ...(inlineId === undefined
          ? { message: asBotSeesIt(message) }
          : { inline_message_id: inlineId }),
        chat_instance: String(chatId * 1_000_003),
        data,
      };
      world.queries.openFrom('callback_query', query);
      // The bot of an inline message need not be a member of the chat.
      if (inlineId === undefined) deliver('callback_query', place, query);
      else queue.push('callback_query', query);
      return id;
    },
    vote(chatId, messageId, userId, optionIds) {
      const place = chat(chatId);
      const user = participant(place, userId);
      const poll = messageIn(chatId, messageId)['poll'] as Poll | undefined;
      if (!poll) throw new PlayError(400, `message_id: message ${messageId} has no poll`);
      checkVote(poll, world.polls.votesFor(poll.id)[userId], optionIds);
      // The bot receives the answer and the changed poll, whether or not it is still in the chat.
      if (!poll.is_anonymous) {
        const option_persistent_ids = optionIds.map(
          (id) => poll.options[id]?.persistent_id ?? String(id),
        );
        const option_ids = optionIds;
        queue.push('poll_answer', { poll_id: poll.id, user, option_ids, option_persistent_ids });
      }
      world.polls.vote(poll, userId, optionIds);
      return world.polls.get(poll.id) ?? poll;
    },
    pin(chatId, messageId, userId, pinned) {
      const place = chat(chatId);
      const user = participant(place, userId);
      const message = messageIn(chatId, messageId);
      if (pinned) deliver('message', place, world.pin(place, message, user));
      else world.unpin(place, [messageId]);
    },
    askInline(chatId, userId, typed) {
      const place = chat(chatId);
      const user = participant(place, userId);
      const { type } = place.identity;
      const chatType = type === 'private' ? 'sender' : type;
      const question = { userId, chatType, ...typed };
      const known = world.inline.cached(question);
      if (known) return known;
      const query = world.inline.ask(nextQueryId(), question);
      const update = { id: query.id, from: user, ...typed, chat_type: chatType };
      world.queries.openFrom('inline_query', update);
      queue.push('inline_query', update);
      return query;
    },
    async chooseInline(chatId, userId, { query, result, replyTo }) {
      const user = participant(chat(chatId), userId);
      const content = await result.content();
      const markup = result.markup && { reply_markup: result.markup };
      const message = this.say(
        chatId,
        userId,
        { ...content, via_bot: world.bot, ...markup },
        replyTo,
      );
      // A message without buttons never comes back to the bot, so it needs no inline_message_id.
      const inline_message_id = markup && world.inline.name(message);
      if (world.inline.feedback) {
        queue.push('chosen_inline_result', {
          result_id: result.id,
          from: user,
          query: query.query,
          ...(inline_message_id !== undefined && { inline_message_id }),
        });
      }
      return message;
    },
    block(userId, blocked) {
      const place = world.chats.ensurePrivate(userId);
      if (world.users.isBlocking(userId) === blocked) return;
      world.users.setBlocking(userId, blocked);
      const member = (status: string) => ({
        user: world.bot,
        status,
        ...(status === 'kicked' && { until_date: 0 }),
      });
      deliver('my_chat_member', place, {
        chat: place.identity,
        from: world.users.ensure(userId),
        date: clock.unixSeconds(),
        old_chat_member: member(blocked ? 'member' : 'kicked'),
        new_chat_member: member(blocked ? 'kicked' : 'member'),
      });
    },
  };
}
