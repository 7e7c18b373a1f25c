import type { RunningSimulator } from '@chatlane/simulator';
import { startReceiver } from '@chatlane/testing';

interface Update {
  message?: ReceivedMessage;
  callback_query?: {
    id: string;
    data: string;
    message?: ReceivedMessage;
    inline_message_id?: string;
  };
  inline_query?: { id: string; query: string; offset: string };
}

interface ReceivedMessage {
  message_id: number;
  chat: { id: number };
  text?: string;
  caption?: string;
  contact?: { phone_number: string };
  photo?: object[];
  document?: { file_name: string };
  reply_to_message?: { text?: string };
  via_bot?: object;
  pinned_message?: object;
}

const keyboard = {
  keyboard: [['Yes', 'No'], [{ text: 'Share my phone', request_contact: true }]],
  resize_keyboard: true,
  one_time_keyboard: true,
};
const inlineKeyboard = {
  inline_keyboard: [
    [
      { text: 'Confirm', callback_data: 'confirm' },
      { text: 'Why?', callback_data: 'why' },
    ],
    [{ text: 'Terms', url: 'https://example.org/terms' }],
  ],
};

const inlineButtons = {
  inline_keyboard: [
    [{ text: 'Search here', switch_inline_query_current_chat: 'tea' }],
    [{ text: 'Search elsewhere', switch_inline_query: 'tea' }],
  ],
};

const answers: Readonly<Record<string, { text: string; more?: object }>> = {
  '/start': { text: 'Hello!' },
  '/menu': { text: 'Is that right?', more: { reply_markup: inlineKeyboard } },
  '/keyboard': { text: 'Pick one', more: { reply_markup: keyboard } },
  '/search': { text: 'Where?', more: { reply_markup: inlineButtons } },
  '/start signed_in': { text: 'Welcome back', more: { reply_markup: inlineButtons } },
  '/ask': { text: 'Your name?', more: { reply_markup: { force_reply: true } } },
  '/rich': {
    text: '<b>bold</b> <a href="https://example.org">link</a> &lt;img src=x&gt;',
    more: { parse_mode: 'HTML' },
  },
};

/** A bot with a webhook at the playground that reacts to everything the page can send. */
export async function startEchoBot(
  playground: RunningSimulator,
): Promise<{ stop(): Promise<void> }> {
  const { api } = playground;

  async function onMessage(message: ReceivedMessage): Promise<void> {
    const { id } = message.chat;
    const say = (text: string, more: object = {}) =>
      api('sendMessage', { chat_id: id, text, ...more });
    const answer = answers[message.text ?? ''];
    if (message.text === '/work') {
      await api('sendChatAction', { chat_id: id, action: 'typing' });
    } else if (message.text === '/draft') {
      await api('sendMessageDraft', { chat_id: id, draft_id: 7, text: 'Once' });
      await api('sendMessageDraft', { chat_id: id, draft_id: 7, text: 'Once upon a time' });
    } else if (message.text?.startsWith('/poll')) {
      const poll = { question: 'Tea?', options: ['Green', 'Black', 'None'], is_anonymous: false };
      await api('sendPoll', {
        chat_id: id,
        ...poll,
        allows_multiple_answers: message.text.endsWith('many'),
      });
    } else if (message.text === '/quiz') {
      const quiz = { type: 'quiz', question: '2 + 2?', options: ['4', '5'], explanation: 'Count.' };
      await api('sendPoll', {
        chat_id: id,
        ...quiz,
        correct_option_id: 0,
        correct_option_ids: [0],
      });
    } else if (message.text === '/pin') {
      await api('pinChatMessage', { chat_id: id, message_id: message.message_id });
    } else if (message.via_bot ?? message.pinned_message) {
      // One of the bot's own inline results, or its own pin.
    } else if (answer) {
      await say(answer.text, answer.more);
    } else {
      const { contact, photo, document, caption, reply_to_message: replied } = message;
      const content = photo ? 'a photo' : (document?.file_name ?? contact?.phone_number);
      const answered = replied?.text ? ` (to: ${replied.text})` : '';
      await say(`Heard ${message.text ?? [content, caption].join(' ')}${answered}`);
    }
  }

  async function onPress(press: NonNullable<Update['callback_query']>): Promise<void> {
    if (press.inline_message_id) {
      const { inline_message_id } = press;
      await api('editMessageText', { inline_message_id, text: 'Brewed.' });
      await api('answerCallbackQuery', { callback_query_id: press.id });
    } else if (press.data === 'confirm' && press.message) {
      const { chat, message_id } = press.message;
      await api('editMessageText', { chat_id: chat.id, message_id, text: 'It is settled.' });
      await api('answerCallbackQuery', { callback_query_id: press.id, text: 'Saved' });
    } else {
      const text = 'Because you must choose.';
      await api('answerCallbackQuery', { callback_query_id: press.id, text, show_alert: true });
    }
  }

  /** Sixty results for any query, in pages. */
  async function onInline({ id, query, offset }: NonNullable<Update['inline_query']>) {
    const from = Number(offset);
    const results = Array.from({ length: 20 }, (_, index) => ({
      type: 'article',
      id: String(from + index),
      title: `${query} no. ${from + index}`,
      description: 'Loose leaves',
      input_message_content: { message_text: `A cup of ${query} no. ${from + index}` },
      reply_markup: { inline_keyboard: [[{ text: 'Brew', callback_data: 'brew' }]] },
    }));
    const next_offset = from < 40 ? String(from + 20) : '';
    const button = { text: 'Sign in', start_parameter: 'signed_in' };
    await api('answerInlineQuery', { inline_query_id: id, results, next_offset, button });
  }

  const receiver = await startReceiver(({ update, response }) => {
    response.end();
    const { message, callback_query: press, inline_query: inline } = update as Update;
    if (inline) void onInline(inline);
    if (message) void onMessage(message);
    if (press) void onPress(press);
  });
  await api('setWebhook', { url: receiver.url });
  await api('setMyCommands', {
    commands: [
      { command: 'start', description: 'Begin' },
      { command: 'menu', description: 'Show the menu' },
    ],
  });
  return { stop: () => receiver.stop() };
}
