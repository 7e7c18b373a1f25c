import type { Simulator } from '../../simulator.js';
import type { Chat } from '../../world/chat.js';
import { topicIdOf, type Forum, type Topic } from '../../world/forum.js';
import type { Message } from '../../world/message.js';
import { badRequest } from '../api-error.js';
import type { Arguments } from '../arguments.js';
import type { Method, MethodFamily } from '../method.js';
import { hasRight, mayManage } from '../topic.js';
import { existingChat } from '../target-chat.js';
import { iconStickers } from '../icon-stickers.js';

const longestName = 128;
const colors = [0x6fb9f0, 0xffd67e, 0xcb86db, 0x8eee98, 0xff93b2, 0xfb6f5f] as const;
const refusals = {
  create: 'not enough rights to create a topic',
  edit: 'not enough rights to edit the topic',
  close: 'not enough rights to close or open the topic',
  delete: 'not enough rights to delete the topic',
  unpin: 'not enough rights to manage pinned messages in the chat',
};

type ForumChat = Chat & { forum: Forum };

/** Methods for the topics of a forum (td ForumTopicManager), including the General topic, which has no id. */
export const forumTopicMethods: MethodFamily = (simulator) => {
  const { world } = simulator;

  function onTopic(
    { refusal, right }: { refusal: string; right?: string },
    change: (chat: ForumChat, topic: Topic, args: Arguments) => void,
  ): Method {
    return ({ args }) => {
      const chat = forumNamed(simulator, args);
      const id = args.integer('message_thread_id', 0);
      if (id <= 0) throw badRequest('invalid message thread identifier specified');
      const topic = chat.forum.topics.get(id);
      if (!topic) throw badRequest('TOPIC_ID_INVALID');
      if (!mayManage(simulator, chat, topic, right)) throw badRequest(refusal);
      change(chat, topic, args);
      return true;
    };
  }

  function onGeneral(
    refusal: string,
    change: (chat: ForumChat, general: Forum['general'], args: Arguments) => void,
  ): Method {
    return ({ args }) => {
      const chat = forumNamed(simulator, args);
      if (!hasRight(simulator, chat, 'can_manage_topics')) throw badRequest(refusal);
      change(chat, chat.forum.general, args);
      return true;
    };
  }

  /** Posts a service message. A bot receives only a few of its own service messages, and these are among them. */
  function announce(chat: Chat, content: Partial<Message>, topic?: Topic): void {
    const thread = topic && { message_thread_id: topic.id, is_topic_message: true };
    simulator.queue.push('message', world.post(chat, world.bot, { ...thread, ...content }));
  }

  function setClosed(isClosed: boolean): Method {
    return onTopic({ refusal: refusals.close }, (chat, topic) => {
      if (topic.isClosed === isClosed) throw badRequest('TOPIC_NOT_MODIFIED');
      topic.isClosed = isClosed;
      announce(chat, isClosed ? { forum_topic_closed: {} } : { forum_topic_reopened: {} }, topic);
    });
  }

  /** Hiding the General topic also closes it, and opening it also shows it. */
  function setGeneral(change: Partial<Forum['general']>, content: Partial<Message>): Method {
    return onGeneral(refusals.close, (chat, general) => {
      const changed = { ...general, ...change };
      if (changed.isClosed === general.isClosed && changed.isHidden === general.isHidden) {
        throw badRequest('TOPIC_NOT_MODIFIED');
      }
      Object.assign(general, changed);
      announce(chat, content);
    });
  }

  function unpin(chat: Chat, topicId: number | undefined): true {
    if (!hasRight(simulator, chat, 'can_pin_messages')) throw badRequest(refusals.unpin);
    const inTopic = (id: number) =>
      topicIdOf(world.histories.get(chat.identity.id, id)) === topicId;
    world.unpin(chat, chat.pinned.filter(inTopic));
    return true;
  }

  return {
    getForumTopicIconStickers: () => iconStickers(world),

    createForumTopic({ args }) {
      const chat = forumNamed(simulator, args);
      if (!hasRight(simulator, chat, 'can_manage_topics')) throw badRequest(refusals.create);
      const name = nameOf(args);
      if (name === '') throw badRequest('title must be non-empty');
      const iconColor = args.integer('icon_color', colors[0]);
      if (!colors.some((color) => color === iconColor)) {
        throw badRequest('invalid icon color specified');
      }
      const iconEmojiId = args.text('icon_custom_emoji_id') || undefined;
      const id = world.histories.nextMessageId(chat.identity.id);
      const topic = {
        id,
        name,
        iconColor,
        iconEmojiId,
        creatorId: world.bot.id,
        isClosed: false,
      };
      chat.forum.topics.set(id, topic);
      const shown = {
        name,
        icon_color: iconColor,
        ...(iconEmojiId && { icon_custom_emoji_id: iconEmojiId }),
      };
      announce(chat, { message_id: id, forum_topic_created: shown }, topic);
      return { message_thread_id: id, ...shown };
    },

    editForumTopic: onTopic({ refusal: refusals.edit }, (chat, topic, args) => {
      const name = nameOf(args) || topic.name;
      const isIconGiven = args.fields['icon_custom_emoji_id'] !== undefined;
      const icon = isIconGiven ? args.text('icon_custom_emoji_id') : (topic.iconEmojiId ?? '');
      const edited = {
        ...(name !== topic.name && { name }),
        ...(icon !== (topic.iconEmojiId ?? '') && { icon_custom_emoji_id: icon }),
      };
      if (Object.keys(edited).length === 0) throw badRequest('TOPIC_NOT_MODIFIED');
      Object.assign(topic, { name, iconEmojiId: icon || undefined });
      announce(chat, { forum_topic_edited: edited }, topic);
    }),
    closeForumTopic: setClosed(true),
    reopenForumTopic: setClosed(false),
    deleteForumTopic: onTopic(
      { refusal: refusals.delete, right: 'can_delete_messages' },
      (chat, topic) => {
        chat.forum.topics.delete(topic.id);
        const messages = world.histories.list(chat.identity.id);
        for (const message of messages.filter((each) => topicIdOf(each) === topic.id)) {
          world.remove(chat.identity.id, message.message_id);
        }
      },
    ),
    unpinAllForumTopicMessages: ({ args }) =>
      unpin(forumNamed(simulator, args), args.integer('message_thread_id', 0)),

    editGeneralForumTopic: onGeneral(refusals.edit, (chat, general, args) => {
      const name = nameOf(args);
      if (name === '') throw badRequest('title must be non-empty');
      if (name === general.name) throw badRequest('TOPIC_NOT_MODIFIED');
      general.name = name;
      announce(chat, { forum_topic_edited: { name } });
    }),
    closeGeneralForumTopic: setGeneral({ isClosed: true }, { forum_topic_closed: {} }),
    reopenGeneralForumTopic: setGeneral(
      { isClosed: false, isHidden: false },
      { forum_topic_reopened: {} },
    ),
    hideGeneralForumTopic: setGeneral(
      { isClosed: true, isHidden: true },
      { general_forum_topic_hidden: {} },
    ),
    unhideGeneralForumTopic: setGeneral({ isHidden: false }, { general_forum_topic_unhidden: {} }),
    unpinAllGeneralForumTopicMessages: ({ args }) => unpin(forumNamed(simulator, args), undefined),
  };
};

/** @throws ApiError for a chat without topics */
function forumNamed(simulator: Simulator, args: Arguments): ForumChat {
  const chat = existingChat(simulator, args);
  if (!chat.forum) throw badRequest('the chat is not a forum');
  return chat as ForumChat;
}

function nameOf(args: Arguments): string {
  return [...args.text('name').trim()].slice(0, longestName).join('');
}
