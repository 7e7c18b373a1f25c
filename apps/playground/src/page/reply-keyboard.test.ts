import { ada, bob, message } from './page.testkit.js';
import { forcedReply, replyKeyboard } from './reply-keyboard.js';

const yesNo = { keyboard: [['Yes', { text: 'No' }]] };

describe('replyKeyboard', () => {
  it('is the newest one the bot sent, whatever came after it', () => {
    const messages = [
      message(1, { reply_markup: { keyboard: [['Old']] } }),
      message(2, { reply_markup: yesNo }),
      message(3),
      message(4, { from: ada }),
    ];
    expect(replyKeyboard(messages, ada)).toMatchObject({
      messageId: 2,
      rows: [[{ text: 'Yes' }, { text: 'No' }]],
    });
  });

  it('stays when a message with an inline keyboard follows', () => {
    const inline = { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] };
    const messages = [message(1, { reply_markup: yesNo }), message(2, { reply_markup: inline })];
    expect(replyKeyboard(messages, ada)?.messageId).toBe(1);
  });

  it('disappears when the bot removes it or forces a reply', () => {
    const shown = message(1, { reply_markup: yesNo });
    const removed = message(2, { reply_markup: { remove_keyboard: true } });
    const question = message(2, { reply_markup: { force_reply: true } });
    expect(replyKeyboard([shown, removed], ada)).toBeUndefined();
    expect(replyKeyboard([shown, question], ada)).toBeUndefined();
  });

  it('is shown only to mentioned or replied-to users when it is selective', () => {
    const selective = { ...yesNo, selective: true };
    const mentioning = message(1, {
      text: 'Well, @Ada?',
      entities: [{ type: 'mention', offset: 6, length: 4 }],
      reply_markup: selective,
    });
    const replying = message(1, {
      reply_to_message: message(0, { from: bob }),
      reply_markup: selective,
    });
    expect(replyKeyboard([mentioning], ada)).toBeDefined();
    expect(replyKeyboard([mentioning], bob)).toBeUndefined();
    expect(replyKeyboard([replying], bob)).toBeDefined();
    expect(replyKeyboard([replying], ada)).toBeUndefined();
  });
});

describe('forcedReply', () => {
  const asking = message(1, { reply_markup: { force_reply: true } });

  it("is the bot's question until the viewer has written something", () => {
    expect(forcedReply([asking], ada)).toBe(asking);
    expect(forcedReply([asking, message(2)], ada)).toBe(asking);
    expect(forcedReply([asking, message(2, { from: ada })], ada)).toBeUndefined();
  });

  it('stays for one user when another one has answered', () => {
    expect(forcedReply([asking, message(2, { from: bob })], ada)).toBe(asking);
  });
});
