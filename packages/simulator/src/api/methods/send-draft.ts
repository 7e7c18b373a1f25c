import { badRequest } from '../api-error.js';
import { botText } from '../bot-text.js';
import type { MethodFamily } from '../method.js';
import { writableChat } from '../target-chat.js';
import { topicOf } from '../topic.js';
import { checkMessageLength } from '../text-limits.js';

/**
 * sendMessageDraft: a text shown for 30 s while it grows, outside the history (Bot API 9.3; empty texts since 10.0).
 */
export const draftMethods: MethodFamily = (simulator) => ({
  sendMessageDraft({ args }) {
    const chat = writableChat(simulator, args);
    topicOf(simulator, chat, args);
    const draft_id = args.integer('draft_id', 0);
    if (draft_id === 0) throw badRequest('draft_id must be non-zero');
    const { text, entities } = botText(simulator.world, args, {
      text: 'text',
      entities: 'entities',
    });
    checkMessageLength(text);
    if (chat.identity.type !== 'private') throw badRequest('TEXTDRAFT_PEER_INVALID');
    simulator.feed.publish('draft', () => ({
      chat_id: chat.identity.id,
      draft_id,
      text,
      entities,
    }));
    return true;
  },
});
