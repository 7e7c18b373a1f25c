import type { Fixtures } from './fixtures.testkit.js';

/** A call of a method with as many fields as it accepts, and what its answer must contain. */
export interface Sample {
  params?: object;
  /** Files of a multipart request, by field. */
  files?: Record<string, Buffer>;
  /** A partial match for the answer. */
  shows?: unknown;
}

/** The header of a JPEG of 640 x 480. */
export const jpeg = Buffer.from(
  'ffd8ffe000104a46494600010100000100010000ffc000110801e0028003012200',
  'hex',
);
const bold = [{ type: 'bold', offset: 0, length: 1 }];
const caption = { caption: 'cap', caption_entities: bold };
const button = { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] };

const location = {
  latitude: 1.5,
  longitude: 2.5,
  live_period: 60,
  heading: 90,
  horizontal_accuracy: 10,
  proximity_alert_radius: 100,
};
const venue = { latitude: 1, longitude: 2, title: 'T', address: 'A' };
const foursquare = { foursquare_id: 'f', foursquare_type: 'g' };
const google = { google_place_id: 'p', google_place_type: 'q' };

/** Calls of the methods that send messages. */
export function sendingSamples(fixtures: Fixtures): Record<string, Sample[]> {
  const here = { chat_id: fixtures.person };
  const there = { chat_id: fixtures.group };
  const { group, files } = fixtures;
  return {
    sendMessage: [
      { params: { ...here, text: 'x', reply_markup: button }, shows: { reply_markup: button } },
      {
        params: {
          ...here,
          text: '*b* ![x](tg://emoji?id=5) example\\.org',
          parse_mode: 'MarkdownV2',
          link_preview_options: { is_disabled: true },
          protect_content: true,
          message_effect_id: '7',
          reply_parameters: { message_id: fixtures.spoken, quote: 'ell', quote_position: 1 },
        },
        shows: {
          link_preview_options: { is_disabled: true },
          has_protected_content: true,
          effect_id: '7',
          reply_to_message: { message_id: fixtures.spoken },
          quote: { text: 'ell', position: 1, is_manual: true },
        },
      },
      {
        params: { ...here, text: 'x', disable_web_page_preview: true },
        shows: { link_preview_options: { is_disabled: true } },
      },
      { params: { ...there, text: 'x', reply_parameters: { message_id: fixtures.inGroup } } },
      {
        params: { chat_id: fixtures.forum, text: 'x', message_thread_id: fixtures.topic },
        shows: { message_thread_id: fixtures.topic, is_topic_message: true },
      },
      {
        params: {
          ...here,
          text: 'x',
          reply_parameters: { message_id: fixtures.inGroup, chat_id: group },
        },
        shows: { external_reply: { chat: { id: group }, message_id: fixtures.inGroup } },
      },
    ],
    sendChatAction: [{ params: { ...here, action: 'typing' } }],
    sendMessageDraft: [{ params: { ...here, draft_id: 1, text: 'x' } }],
    sendPhoto: [
      {
        params: { ...here, ...caption, has_spoiler: true, show_caption_above_media: true },
        files: { photo: jpeg },
        shows: { ...caption, has_media_spoiler: true, show_caption_above_media: true },
      },
      { params: { ...here, photo: files.photo } },
    ],
    sendDocument: [
      {
        params: { ...here, ...caption },
        files: { document: Buffer.from('text'), thumbnail: jpeg },
        shows: { document: { thumbnail: { width: 640, height: 480 } } },
      },
    ],
    sendVideo: [
      {
        params: { ...here, duration: 3, width: 320, height: 240, start_timestamp: 1 },
        files: { video: Buffer.from('video'), thumbnail: jpeg, cover: jpeg },
        shows: {
          video: {
            duration: 3,
            width: 320,
            height: 240,
            start_timestamp: 1,
            thumbnail: { width: 640 },
            cover: [{ width: 640 }],
          },
        },
      },
    ],
    sendAudio: [
      {
        params: { ...here, title: 'Song', performer: 'Ann', duration: 9 },
        files: { audio: Buffer.from('audio'), thumbnail: jpeg },
        shows: {
          audio: { title: 'Song', performer: 'Ann', duration: 9, thumbnail: { width: 640 } },
        },
      },
    ],
    sendVoice: [
      {
        params: { ...here, duration: 2 },
        files: { voice: jpeg },
        shows: { voice: { duration: 2 } },
      },
    ],
    sendVideoNote: [
      {
        params: { ...here, duration: 2, length: 200 },
        files: { video_note: jpeg, thumbnail: jpeg },
        shows: { video_note: { length: 200, duration: 2, thumbnail: { width: 640 } } },
      },
    ],
    sendAnimation: [
      {
        params: { ...here, ...caption, duration: 2, width: 10, height: 20, has_spoiler: true },
        files: { animation: jpeg, thumbnail: jpeg },
        shows: { animation: { duration: 2, width: 10, height: 20, thumbnail: { width: 640 } } },
      },
    ],
    sendSticker: [
      {
        params: { ...here, emoji: '👍' },
        files: { sticker: jpeg },
        shows: { sticker: { emoji: '👍' } },
      },
    ],
    sendMediaGroup: [
      {
        params: {
          ...here,
          media: [
            { type: 'photo', media: 'attach://one', ...caption, has_spoiler: true },
            { type: 'video', media: 'attach://one', duration: 4, thumbnail: 'attach://one' },
          ],
        },
        files: { one: jpeg },
        shows: [
          { ...caption, has_media_spoiler: true },
          { video: { duration: 4, thumbnail: { width: 640 } } },
        ],
      },
    ],
    sendLocation: [{ params: { ...here, ...location }, shows: { location } }],
    sendVenue: [
      {
        params: { ...here, ...venue, ...foursquare },
        shows: { venue: { title: 'T', address: 'A', ...foursquare } },
      },
      { params: { ...here, ...venue, ...google }, shows: { venue: google } },
    ],
    sendContact: [
      {
        params: {
          ...here,
          phone_number: '+1555',
          first_name: 'A',
          last_name: 'B',
          vcard: 'BEGIN:VCARD',
        },
        shows: {
          contact: { phone_number: '+1555', first_name: 'A', last_name: 'B', vcard: 'BEGIN:VCARD' },
        },
      },
    ],
    sendDice: [{ params: { ...here, emoji: '🎯' }, shows: { dice: { emoji: '🎯' } } }],
    sendPoll: [
      {
        params: {
          ...here,
          question: 'Q',
          options: ['a', { text: 'b' }],
          type: 'quiz',
          correct_option_ids: [1],
          explanation: '*why*',
          explanation_parse_mode: 'MarkdownV2',
          open_period: 60,
          is_anonymous: false,
          description: 'about',
        },
        shows: {
          poll: {
            type: 'quiz',
            correct_option_ids: [1],
            explanation: 'why',
            explanation_entities: [{ type: 'bold', offset: 0, length: 3 }],
            open_period: 60,
            is_anonymous: false,
            allows_revoting: false,
            description: 'about',
          },
        },
      },
      {
        params: { ...here, question: 'Q', options: ['a', 'b'], allows_multiple_answers: true },
        shows: { poll: { allows_multiple_answers: true, allows_revoting: true } },
      },
    ],
  };
}
