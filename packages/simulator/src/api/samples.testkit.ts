import type { Fixtures } from './fixtures.testkit.js';
import { jpeg, sendingSamples, type Sample } from './sending-samples.testkit.js';

const button = { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] };
const rights = { can_manage_chat: true, can_pin_messages: true, can_restrict_members: true };

/** Calls of the methods for topics. */
function topicSamples({ forum, topic, topicToDelete }: Fixtures): Record<string, Sample[]> {
  const there = { chat_id: forum };
  const inTopic = { ...there, message_thread_id: topic };
  const icon = { icon_color: 0x8eee98, icon_custom_emoji_id: '5312536423851630001' };
  return {
    getForumTopicIconStickers: [{ shows: [{ type: 'custom_emoji' }, {}, {}] }],
    createForumTopic: [
      { params: { ...there, name: 'Plans', ...icon }, shows: { name: 'Plans', ...icon } },
      { params: { ...there, name: 'Talk' }, shows: { name: 'Talk', icon_color: 0x6fb9f0 } },
    ],
    editForumTopic: [{ params: { ...inTopic, name: 'Fresh news', icon_custom_emoji_id: '5' } }],
    closeForumTopic: [{ params: inTopic }],
    reopenForumTopic: [{ params: inTopic }],
    unpinAllForumTopicMessages: [{ params: inTopic }],
    deleteForumTopic: [{ params: { ...there, message_thread_id: topicToDelete } }],
    editGeneralForumTopic: [{ params: { ...there, name: 'Lobby' } }],
    closeGeneralForumTopic: [{ params: there }],
    reopenGeneralForumTopic: [{ params: there }],
    hideGeneralForumTopic: [{ params: there }],
    unhideGeneralForumTopic: [{ params: there }],
    unpinAllGeneralForumTopicMessages: [{ params: there }],
  };
}

/** Calls of every simulated method, all of which succeed. They must run in this order. */
export function samplesOf(fixtures: Fixtures): Record<string, Sample[]> {
  const { group, person, files } = fixtures;
  const here = { chat_id: person };
  const there = { chat_id: group };
  const own = { ...here, message_id: fixtures.ownText };
  return {
    getMe: [{}],
    logOut: [{}],
    close: [{}],
    setMyName: [{ params: { name: 'Lane' } }],
    getMyName: [{ shows: { name: 'Lane' } }],
    setMyDescription: [{ params: { description: 'D' } }],
    getMyDescription: [{ shows: { description: 'D' } }],
    setMyShortDescription: [{ params: { short_description: 'S' } }],
    getMyShortDescription: [{ shows: { short_description: 'S' } }],
    setChatMenuButton: [{ params: { ...here, menu_button: { type: 'default' } } }],
    getChatMenuButton: [{ params: here, shows: { type: 'default' } }, {}],
    getMyDefaultAdministratorRights: [
      { shows: { is_anonymous: false, can_manage_chat: false, can_post_stories: false } },
      { params: { for_channels: true }, shows: { can_post_messages: false } },
    ],
    setMyDefaultAdministratorRights: [{ params: { rights } }],
    setMyCommands: [{ params: { commands: [{ command: 'go', description: 'Go' }] } }],
    getMyCommands: [{ shows: [{ command: 'go', description: 'Go' }] }],
    deleteMyCommands: [{}],
    ...sendingSamples(fixtures),
    ...topicSamples(fixtures),
    stopPoll: [{ params: { ...here, message_id: fixtures.poll }, shows: { is_closed: true } }],
    editMessageText: [
      {
        params: {
          ...own,
          text: 'new',
          link_preview_options: { is_disabled: true },
          reply_markup: button,
        },
        shows: { text: 'new', link_preview_options: { is_disabled: true }, reply_markup: button },
      },
    ],
    editMessageReplyMarkup: [{ params: own }],
    editMessageCaption: [
      {
        params: {
          ...here,
          message_id: fixtures.ownPhoto,
          caption: 'other',
          show_caption_above_media: true,
        },
        shows: { caption: 'other', show_caption_above_media: true },
      },
    ],
    editMessageMedia: [
      {
        params: {
          ...here,
          message_id: fixtures.ownPhoto,
          media: {
            type: 'animation',
            media: 'attach://one',
            width: 7,
            height: 8,
            thumbnail: 'attach://one',
          },
        },
        files: { one: jpeg },
        shows: { animation: { width: 7, height: 8, thumbnail: { width: 640 } } },
      },
    ],
    forwardMessage: [
      { params: { ...there, from_chat_id: person, message_id: fixtures.spoken } },
      { params: { ...there, from_chat_id: person, message_id: fixtures.ownText } },
    ],
    forwardMessages: [
      { params: { ...there, from_chat_id: person, message_ids: [fixtures.spoken] } },
    ],
    copyMessage: [{ params: { ...there, from_chat_id: person, message_id: fixtures.spoken } }],
    copyMessages: [{ params: { ...there, from_chat_id: person, message_ids: [fixtures.spoken] } }],
    deleteMessage: [{ params: { ...here, message_id: fixtures.toDelete } }],
    deleteMessages: [{ params: { ...here, message_ids: [fixtures.spoken] } }],
    answerCallbackQuery: [{ params: { callback_query_id: fixtures.press, text: 'ok' } }],
    answerInlineQuery: [
      {
        params: {
          inline_query_id: fixtures.query('inline_query'),
          results: [
            { type: 'article', id: '1', title: 'T', input_message_content: { message_text: 'x' } },
          ],
        },
      },
    ],
    answerShippingQuery: [
      {
        params: {
          shipping_query_id: fixtures.query('shipping_query'),
          ok: false,
          error_message: 'no',
        },
      },
    ],
    answerPreCheckoutQuery: [
      { params: { pre_checkout_query_id: fixtures.query('pre_checkout_query'), ok: true } },
    ],
    getFile: [{ params: { file_id: files.photo }, shows: { file_id: files.photo } }],
    getUserProfilePhotos: [{ params: { user_id: person } }],
    setChatPermissions: [{ params: { ...there, permissions: { can_send_messages: true } } }],
    setChatTitle: [{ params: { ...there, title: 'Crew' } }],
    setChatDescription: [{ params: { ...there, description: 'Us' } }],
    exportChatInviteLink: [{ params: there }],
    createChatInviteLink: [
      {
        params: { ...there, name: 'N', expire_date: 2_000_000_000, member_limit: 5 },
        shows: {
          name: 'N',
          expire_date: 2_000_000_000,
          member_limit: 5,
          creates_join_request: false,
        },
      },
      { params: { ...there, creates_join_request: true }, shows: { creates_join_request: true } },
    ],
    pinChatMessage: [{ params: { ...there, message_id: fixtures.inGroup } }],
    getChat: [
      {
        params: there,
        shows: {
          title: 'Crew',
          description: 'Us',
          permissions: { can_send_messages: true, can_send_polls: false },
          pinned_message: { message_id: fixtures.inGroup },
        },
      },
      { params: here },
      { params: { chat_id: fixtures.basicGroup } },
      { params: { chat_id: fixtures.forum }, shows: { is_forum: true } },
    ],
    unpinChatMessage: [{ params: there }],
    unpinAllChatMessages: [{ params: there }],
    setMessageReaction: [
      {
        params: {
          ...there,
          message_id: fixtures.inGroup,
          reaction: [{ type: 'emoji', emoji: '👍' }],
        },
      },
    ],
    promoteChatMember: [{ params: { ...there, user_id: 4, ...rights } }],
    getChatAdministrators: [
      { params: there, shows: [{ status: 'creator' }, {}, { status: 'administrator', ...rights }] },
    ],
    restrictChatMember: [
      { params: { ...there, user_id: 5, permissions: { can_send_messages: true } } },
    ],
    banChatMember: [{ params: { ...there, user_id: 6, until_date: 2_000_000_000 } }],
    getChatMember: [
      { params: { ...there, user_id: 3 }, shows: { status: 'creator' } },
      { params: { ...there, user_id: 4 }, shows: { status: 'administrator' } },
      { params: { ...there, user_id: 5 }, shows: { status: 'restricted' } },
      { params: { ...there, user_id: 6 }, shows: { status: 'kicked', until_date: 0 } },
      { params: { ...there, user_id: person }, shows: { status: 'member' } },
      { params: { ...there, user_id: fixtures.stranger }, shows: { status: 'left' } },
      { params: { ...here, user_id: person }, shows: { status: 'member' } },
    ],
    getChatMemberCount: [{ params: there }],
    getChatMembersCount: [{ params: there }],
    unbanChatMember: [{ params: { ...there, user_id: 6 } }],
    leaveChat: [{ params: { chat_id: fixtures.basicGroup } }],
    setWebhook: [{ params: { url: 'http://127.0.0.1:9/', secret_token: 'x' } }],
    getWebhookInfo: [{ shows: { url: 'http://127.0.0.1:9/' } }],
    deleteWebhook: [{}],
    getUpdates: [{}],
  };
}
