import { Telegram } from 'telegraf';
import { startTestSimulator, token, type TestSimulator } from '../simulator.testkit.js';

let playground: TestSimulator;
let telegram: Telegram;
let group: number;

beforeAll(async () => {
  playground = await startTestSimulator();
  telegram = new Telegram(token, { apiRoot: playground.url });
  await playground.say(1, 'hello');
  const made = await playground.post<{ chat: { id: number } }>('chats', {
    type: 'supergroup',
    title: 'Crew',
    member_ids: [1, 2],
    admin_ids: [3, 7_000_000_001],
  });
  group = made.chat.id;
});
afterAll(() => playground.stop());

const bytes = (length: number) => ({ source: Buffer.alloc(length, 7), filename: 'a.bin' });

describe("Telegraf's own client", () => {
  it("reads the bot's identity", async () => {
    expect(await telegram.getMe()).toMatchObject({ id: 7_000_000_001, is_bot: true });
  });

  it('sends every kind of message', async () => {
    const sent = [
      await telegram.sendMessage(1, 'text'),
      await telegram.sendPhoto(1, bytes(10), { caption: 'c' }),
      await telegram.sendDocument(1, bytes(10)),
      await telegram.sendVideo(1, bytes(10)),
      await telegram.sendAudio(1, bytes(10), { title: 'Song' }),
      await telegram.sendVoice(1, bytes(10)),
      await telegram.sendVideoNote(1, bytes(10)),
      await telegram.sendAnimation(1, bytes(10)),
      await telegram.sendSticker(1, bytes(10)),
      await telegram.sendLocation(1, 50.1, 8.7),
      await telegram.sendVenue(1, 50.1, 8.7, 'Place', 'Street 1'),
      await telegram.sendContact(1, '+15550001', 'Ann'),
      await telegram.sendDice(1),
      await telegram.sendPoll(1, 'Which?', ['a', 'b']),
      await telegram.sendQuiz(1, 'Which?', ['a', 'b'], { correct_option_id: 1 }),
    ];
    const kinds =
      'text photo document video audio voice video_note animation sticker location venue contact dice poll poll';
    expect(sent.map((message, i) => (kinds.split(' ')[i] as string) in message)).not.toContain(
      false,
    );
    expect(await playground.get('chats/1/messages')).toHaveLength(sent.length + 1);
  });

  it('keeps the first hundred entities of a text, detected ones included', async () => {
    const text = Array.from({ length: 80 }, (_, index) => `b @user_${index}`).join(' ');
    const entities = [...text.matchAll(/\bb\b/g)].map(({ index }) => ({
      type: 'bold' as const,
      offset: index,
      length: 1,
    }));
    const sent = await telegram.sendMessage(1, text, { entities });
    expect(sent.entities).toHaveLength(100);
    expect(sent.entities?.slice(-2)).toEqual([
      { type: 'bold', offset: text.indexOf('b @user_49'), length: 1 },
      { type: 'mention', offset: text.indexOf('@user_49'), length: 8 },
    ]);
  });

  it('strips direction overrides from a text, and drops an invisible caption', async () => {
    const entities = [{ type: 'bold' as const, offset: 5, length: 3 }];
    const sent = await telegram.sendMessage(1, 'Ann\u202e live', { entities });
    expect(sent).toMatchObject({ text: 'Ann live', entities: [{ offset: 4, length: 3 }] });
    expect(await telegram.sendPhoto(1, bytes(10), { caption: '\u200b' })).not.toHaveProperty(
      'caption',
    );
  });

  it('sends an album as messages of one media group', async () => {
    const album = await telegram.sendMediaGroup(1, [
      { type: 'photo', media: bytes(10), caption: 'first' },
      { type: 'video', media: bytes(11) },
    ]);
    expect(album).toMatchObject([{ caption: 'first', photo: [{ file_size: 10 }] }, { video: {} }]);
    expect(
      new Set(album.map((message) => 'media_group_id' in message && message.media_group_id)).size,
    ).toBe(1);
  });

  it('resends a file by its file_id', async () => {
    const first = await telegram.sendDocument(1, bytes(12));
    const again = await telegram.sendDocument(1, first.document.file_id);
    expect(again.document).toEqual(first.document);
  });

  it('edits what it sent', async () => {
    const { message_id } = await telegram.sendMessage(1, 'before');
    const edited = await telegram.editMessageText(1, message_id, undefined, 'after');
    expect(edited).toMatchObject({
      message_id,
      text: 'after',
      edit_date: expect.any(Number) as number,
    });
    const markup = { inline_keyboard: [[{ text: 'x', callback_data: 'x' }]] };
    const marked = await telegram.editMessageReplyMarkup(1, message_id, undefined, markup);
    expect(marked).toMatchObject({ reply_markup: markup, edit_date: expect.any(Number) as number });
    const fresh = await telegram.sendMessage(1, 'fresh');
    const calm = await telegram.editMessageReplyMarkup(1, fresh.message_id, undefined, markup);
    expect(calm).toMatchObject({ reply_markup: markup });
    expect(calm).not.toHaveProperty('edit_date');
    const photo = await telegram.sendPhoto(1, bytes(10));
    await telegram.editMessageCaption(1, photo.message_id, undefined, 'caption');
    const media = await telegram.editMessageMedia(1, photo.message_id, undefined, {
      type: 'document',
      media: bytes(5),
    });
    expect(media).toMatchObject({ document: { file_size: 5 } });
    expect(media).not.toHaveProperty('photo');
  });

  it('forwards, copies and deletes', async () => {
    const { message_id } = await telegram.sendMessage(1, 'source');
    const forwarded = await telegram.forwardMessage(group, 1, message_id);
    expect(forwarded).toMatchObject({ text: 'source', forward_origin: { type: 'user' } });
    const copies = await telegram.copyMessages(group, 1, [message_id]);
    expect(copies).toHaveLength(1);
    const copy = await telegram.copyMessage(group, 1, message_id);
    expect(await telegram.deleteMessage(group, copy.message_id)).toBe(true);
    expect(await telegram.deleteMessages(1, [message_id, 999_999])).toBe(true);
    const left = await playground.get<{ message_id: number }[]>(`chats/${group}/messages`);
    expect(left.map((message) => message.message_id)).toEqual([1, 2]);
  });

  it('reads chats and members', async () => {
    expect(await telegram.getChat(group)).toMatchObject({ title: 'Crew', type: 'supergroup' });
    expect(await telegram.getChatMembersCount(group)).toBe(4);
    expect(await telegram.getChatAdministrators(group)).toMatchObject([
      { status: 'creator', user: { id: 3 } },
      { status: 'administrator', user: { id: 7_000_000_001 } },
    ]);
    const status = async (user: number) => (await telegram.getChatMember(group, user)).status;
    expect([await status(1), await status(3)]).toEqual(['member', 'creator']);
    await telegram.banChatMember(group, 2);
    expect(await status(2)).toBe('kicked');
    await telegram.promoteChatMember(group, 1, { can_pin_messages: true });
    expect(await status(1)).toBe('administrator');
    await telegram.promoteChatMember(group, 1, { can_pin_messages: false });
    expect(await status(1)).toBe('member');
    await telegram.setChatTitle(group, 'New');
    expect(await telegram.getChat(group)).toMatchObject({ title: 'New' });
  });

  it('pins, reacts and sends chat actions', async () => {
    const { message_id } = await telegram.sendMessage(group, 'pin me');
    await telegram.pinChatMessage(group, message_id);
    expect(await telegram.getChat(group)).toMatchObject({ pinned_message: { message_id } });
    await telegram.unpinChatMessage(group, message_id);
    expect(await telegram.getChat(group)).not.toHaveProperty('pinned_message');
    expect(
      await telegram.setMessageReaction(group, message_id, [{ type: 'emoji', emoji: '👍' }]),
    ).toBe(true);
    expect(await telegram.sendChatAction(group, 'typing')).toBe(true);
  });

  it('stores commands per scope and language', async () => {
    const start = [{ command: 'start', description: 'Begin' }];
    const los = [{ command: 'start', description: 'Los' }];
    await telegram.setMyCommands(start);
    await telegram.setMyCommands(los, {
      language_code: 'de',
      scope: { type: 'all_private_chats' },
    });
    expect(await telegram.getMyCommands()).toEqual(start);
    await playground.post('users', { id: 9, first_name: 'Uwe', language_code: 'de' });
    expect(await playground.get('bot?chat_id=9')).toMatchObject({ commands: los });
    expect(await playground.get('bot?chat_id=1')).toMatchObject({ commands: start });
    await telegram.deleteMyCommands();
    expect(await telegram.getMyCommands()).toEqual([]);
  });

  it('stores the profile texts', async () => {
    await telegram.setMyName('Lane');
    await telegram.setMyDescription('D');
    await telegram.setMyShortDescription('S');
    expect(await telegram.getMyName()).toEqual({ name: 'Lane' });
    expect(await telegram.getMyDescription()).toEqual({ description: 'D' });
    expect(await telegram.getMyShortDescription()).toEqual({ short_description: 'S' });
    await telegram.setChatMenuButton({ chatId: 1, menuButton: { type: 'default' } });
    expect(await telegram.getChatMenuButton({ chatId: 1 })).toEqual({ type: 'default' });
  });

  it('answers a button press, and gets an error when the press is too old', async () => {
    const inline_keyboard = [[{ text: 'Go', callback_data: 'go' }]];
    const { message_id } = await telegram.sendMessage(1, '?', {
      reply_markup: { inline_keyboard },
    });
    const press = { chat_id: 1, from_id: 1, message_id, data: 'go' };
    const { callback_query_id } = await playground.post<{ callback_query_id: string }>(
      'presses',
      press,
    );
    expect(await telegram.answerCbQuery(callback_query_id, 'Done')).toBe(true);
    await expect(telegram.answerCbQuery('never asked')).rejects.toThrow(
      '400: Bad Request: query is too old and response timeout expired or query ID is invalid',
    );
  });

  it('sets and reads the webhook', async () => {
    await telegram.setWebhook('http://127.0.0.1:9/');
    expect(await telegram.getWebhookInfo()).toMatchObject({
      url: 'http://127.0.0.1:9/',
      max_connections: 40,
    });
    expect(await telegram.deleteWebhook({ drop_pending_updates: true })).toBe(true);
  });

  it('gets a 404 for an unknown method', async () => {
    await expect(telegram.callApi('getStickerSet', { name: 'x' })).rejects.toThrow(
      '404: Not Found: method not found',
    );
  });
});
