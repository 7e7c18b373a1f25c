import { startReceiver, type Playground } from '../src/playground.testkit.js';

interface Update {
  message?: Said;
  callback_query?: { id: string; data: string; message: Said };
}

interface Said {
  message_id: number;
  chat: { id: number };
  text?: string;
  caption?: string;
  contact?: { phone_number: string };
  photo?: object[];
  document?: { file_name: string };
  reply_to_message?: { text?: string };
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

const answers: Readonly<Record<string, { text: string; more?: object }>> = {
  '/start': { text: 'Hello!' },
  '/menu': { text: 'Is that right?', more: { reply_markup: inlineKeyboard } },
  '/keyboard': { text: 'Pick one', more: { reply_markup: keyboard } },
  '/ask': { text: 'Your name?', more: { reply_markup: { force_reply: true } } },
  '/rich': {
    text: '<b>bold</b> <a href="https://example.org">link</a> &lt;img src=x&gt;',
    more: { parse_mode: 'HTML' },
  },
};

/** A bot behind a webhook of the playground, with something to say to each thing the page can do. */
export async function startEchoBot(playground: Playground): Promise<{ stop(): Promise<void> }> {
  const { api } = playground;

  async function onMessage(message: Said): Promise<void> {
    const { id } = message.chat;
    const say = (text: string, more: object = {}) =>
      api('sendMessage', { chat_id: id, text, ...more });
    const answer = answers[message.text ?? ''];
    if (message.text === '/work') {
      await api('sendChatAction', { chat_id: id, action: 'typing' });
    } else if (message.text === '/draft') {
      await api('sendMessageDraft', { chat_id: id, draft_id: 7, text: 'Once' });
      await api('sendMessageDraft', { chat_id: id, draft_id: 7, text: 'Once upon a time' });
    } else if (answer) {
      await say(answer.text, answer.more);
    } else {
      const { contact, photo, document, caption, reply_to_message: replied } = message;
      const said = photo ? 'a photo' : (document?.file_name ?? contact?.phone_number);
      const answered = replied?.text ? ` (to: ${replied.text})` : '';
      await say(`Heard ${message.text ?? [said, caption].join(' ')}${answered}`);
    }
  }

  async function onPress(press: NonNullable<Update['callback_query']>): Promise<void> {
    if (press.data === 'confirm') {
      const { chat, message_id } = press.message;
      await api('editMessageText', { chat_id: chat.id, message_id, text: 'It is settled.' });
      await api('answerCallbackQuery', { callback_query_id: press.id, text: 'Saved' });
    } else {
      const text = 'Because you must choose.';
      await api('answerCallbackQuery', { callback_query_id: press.id, text, show_alert: true });
    }
  }

  const receiver = await startReceiver(({ update, response }) => {
    response.end();
    const { message, callback_query: press } = update as Update;
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
