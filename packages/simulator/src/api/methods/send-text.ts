import { badRequest } from '../api-error.js';
import { botText } from '../bot-text.js';
import { linkPreviewOf } from '../link-preview.js';
import type { MethodFamily } from '../method.js';
import { send } from '../send.js';
import { writableChat } from '../target-chat.js';
import { topicOf } from '../topic.js';
import { checkMessageText } from '../text-limits.js';

const chatActions = [
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'record_audio',
  'upload_audio',
  'upload_document',
  'choose_sticker',
  'find_location',
  'record_video_note',
  'upload_video_note',
];

/** sendMessage and sendChatAction. */
export const textMethods: MethodFamily = (simulator) => ({
  sendMessage({ args }) {
    const chat = writableChat(simulator, args);
    const { text, entities } = botText(simulator.world, args, {
      text: 'text',
      entities: 'entities',
    });
    checkMessageText(args.text('text'), text);
    return send(simulator, chat, args, {
      text,
      ...(entities.length > 0 && { entities }),
      ...linkPreviewOf(args),
    });
  },

  sendChatAction({ args }) {
    const chat = writableChat(simulator, args);
    topicOf(simulator, chat, args);
    const action = args.text('action').toLowerCase();
    if (!chatActions.includes(action)) throw badRequest('wrong parameter action in request');
    simulator.feed.publish('action', () => ({ chat_id: chat.identity.id, action }));
    return true;
  },
});
