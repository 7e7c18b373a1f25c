import type { DownloadRequest, FileAddress, FileReady } from '@chatlane/contracts';
import { Composer, type Context } from 'telegraf';
import { message } from 'telegraf/filters';
import { ann, group, message as sent, openTurns, press } from '../guards/chat.testkit.js';
import { ignoreOtherBots } from '../guards/other-bots.js';
import type { TurnContext, TurnInfo } from '../turn/turn.js';
import { fileFailed, fileProcessed, fileReady, filesForgotten } from './file-updates.js';
import { files, type FilesContext } from './files.js';

type Ctx = TurnContext & FilesContext;
const document = { file_id: 'f', file_unique_id: 'u', file_name: 'a.pdf' };

/** Runs a bot's handlers on an update, and returns what they staged in the outbox. */
async function run(update: object, bot: Composer<Ctx>, turn: Partial<TurnInfo> = {}) {
  const turns = openTurns();
  const staged: { kind: string; body: DownloadRequest }[] = [];
  const outbox: TurnInfo['outbox'] = {
    stage(kind, payload) {
      const id = `7.${staged.length + 1}`;
      const body = typeof payload === 'string' ? payload : payload(id);
      staged.push({ kind, body: JSON.parse(body) as DownloadRequest });
      return id;
    },
  };
  const ctx = turns.context(update, { outbox, ...turn });
  const all = new Composer<Ctx>(files(), ignoreOtherBots(), bot);
  await all.middleware()(Object.assign(ctx, { files: undefined as never }), () =>
    Promise.resolve(),
  );
  return { staged, calls: turns.telegram.calls };
}

function asking(...wanted: Parameters<FilesContext['files']['request']>) {
  const bot = new Composer<Ctx>();
  const ids: (string | undefined)[] = [];
  bot.use((ctx) => void ids.push(ctx.files.request(...wanted)));
  return Object.assign(bot, { ids });
}

describe('ctx.files.request', () => {
  it('refuses a label that JSON cannot hold, and stages nothing', async () => {
    const bot = asking({ label: { due: [new Date()] } });
    await expect(run(sent({ document }), bot)).rejects.toMatchObject({
      name: 'NotJsonError',
      nextAction: 'never',
      message: expect.stringMatching(/^ctx.files.request: label.due\[0\] is a Date, /) as string,
    });
    expect(bot.ids).toEqual([]);
  });

  it('stages the request with the chat and person that the answer goes to', async () => {
    const bot = asking({ label: { invoice: 7 }, processors: ['thumbnail'], priority: 'high' });
    const from = { ...ann, language_code: 'de', username: 'ann', last_name: 'Lee' };
    const { staged } = await run(sent({ document, from, message_id: 5 }), bot);
    expect(bot.ids).toEqual(['7.1']);
    expect(staged).toEqual([
      {
        kind: 'download',
        body: {
          id: '7.1',
          address: {
            lane: 'c:42',
            sessionUser: '42',
            chat: { id: 42, type: 'private' },
            from: { ...ann, language_code: 'de', username: 'ann' },
            messageId: 5,
          },
          userId: 42,
          media: { kind: 'document', fileId: 'f', fileUniqueId: 'u', name: 'a.pdf' },
          priority: 'high',
          label: { invoice: 7 },
          processors: ['thumbnail'],
          requestedAt: expect.any(Number) as number,
        },
      },
    ]);
  });

  it('includes the topic, the album and the progress message', async () => {
    const content = { chat: group, message_thread_id: 9, is_topic_message: true };
    const progress = { messageId: 3, text: '{percent} %' };
    const album = sent({ ...content, document, media_group_id: 'g' });
    const { staged } = await run(album, asking({ progress }));
    expect(staged[0]?.body).toMatchObject({
      mediaGroupId: 'g',
      progress,
      address: { threadId: 9 },
    });
  });

  it('requests the file of another message for the user who asked', async () => {
    const replied = { message_id: 2, from: { id: 43 }, document };
    const { staged } = await run(sent({ text: '/keep' }), asking({ message: replied }));
    expect(staged[0]?.body).toMatchObject({ userId: 42, address: { messageId: 2, from: ann } });
  });

  it.each([
    [
      'an anonymous admin',
      { from: { id: 1087968824, is_bot: true, first_name: 'Group' } },
      undefined,
    ],
    ['a channel', { sender_chat: { id: -77, type: 'channel' } }, `channels:${group.id}`],
  ])('is made for the chat when the sender is %s', async (_, content, shared) => {
    const own = { chat: group, sender_chat: group, ...content };
    const { staged } = await run(sent({ ...own, document }), asking(), { sessionKey: 'c:42:' });
    const { address, userId, sharedQuota } = staged[0]?.body ?? {};
    expect(sharedQuota).toBe(shared);
    expect(userId).toBe(own.sender_chat.id);
    expect(address).toMatchObject({ sessionUser: '' });
    expect(address).not.toHaveProperty('from');
  });

  it('requests the file of a kind of message that Telegraf does not know', async () => {
    const { message: content } = sent({ document });
    const { staged } = await run({ business_message: content }, asking());
    expect(staged[0]?.body).toMatchObject({ userId: 42, address: { chat: { id: 42 }, from: ann } });
  });

  it('stages nothing for a message without a file', async () => {
    const bot = asking();
    const queries = { inline_query: { id: 'q', from: ann, query: '', offset: '' } };
    for (const update of [sent(), queries]) {
      expect((await run(update, bot)).staged).toEqual([]);
    }
    expect(bot.ids).toEqual([undefined, undefined]);
  });

  it('throws without an outbox', async () => {
    const turn = { outbox: undefined as never };
    await expect(run(sent({ document }), asking(), turn)).rejects.toThrow('ctx.turn.outbox');
  });
});

describe('ctx.files.forget', () => {
  const bot = new Composer<Ctx>();
  bot.use((ctx) => void ctx.files.forget());

  it('is made for the user who pressed the button, in the topic of its message', async () => {
    const shown = { message_id: 9, date: 1, chat: group, message_thread_id: 4 };
    const topic = { ...shown, is_topic_message: true };
    const { staged } = await run(press('yes', { message: topic }), bot);
    expect(staged).toMatchObject([
      { kind: 'forget', body: { id: '7.1', userId: 42, address: { from: ann, threadId: 4 } } },
    ]);
  });

  it('throws without a chat', async () => {
    const update = { inline_query: { id: 'q', from: ann, query: '', offset: '' } };
    await expect(run(update, bot)).rejects.toThrow('no chat');
  });
});

describe('an event about files', () => {
  const address: FileAddress = {
    lane: 'c:-1005',
    sessionUser: '42',
    chat: { id: group.id, type: group.type },
    from: { ...ann, language_code: 'de' },
    threadId: 9,
    messageId: 5,
  };
  const ready = { file_ready: { request: '7.1', address, files: [], failures: [] } };

  it('has the chat and user of its address, and is answered in the topic', async () => {
    const bot = new Composer<Ctx>();
    const seen: Context[] = [];
    bot.on(fileReady, async (ctx) => {
      const event: FileReady = ctx.update.file_ready;
      expect(event.request).toBe('7.1');
      expect(ctx.chat).toEqual(address.chat);
      expect(ctx.from).toEqual(address.from);
      expect(ctx.msgId).toBe(5);
      await ctx.reply('here');
      seen.push(ctx);
    });
    const { calls } = await run(ready, bot);
    expect(seen).toHaveLength(1);
    expect(calls).toEqual([
      { method: 'sendMessage', payload: { chat_id: -1005, message_thread_id: 9, text: 'here' } },
    ]);
  });

  it('does not reach message handlers', async () => {
    const bot = new Composer<Ctx>();
    const requests: string[] = [];
    bot.on('message', () => void requests.push('message'));
    bot.on(message('text'), () => void requests.push('text'));
    bot.command('start', () => void requests.push('command'));
    bot.hears(/.*/, () => void requests.push('hears'));
    await run(ready, bot);
    expect(requests).toEqual([]);
  });

  it('reaches the handler of its kind', async () => {
    const events: string[] = [];
    const bot = new Composer<Ctx>();
    bot.on(fileReady, (ctx, next) => {
      events.push(`ready ${ctx.update.file_ready.files.length}`);
      return next();
    });
    bot.on(fileFailed, (ctx) => void events.push(`failed ${ctx.update.file_failed.request}`));
    bot.on(fileProcessed, (ctx) => void events.push(ctx.update.file_processed.processor));
    bot.on(filesForgotten, (ctx) => void events.push(`${ctx.update.files_forgotten.count} gone`));
    const base = { request: '7.1', address };
    await run(ready, bot);
    await run({ file_failed: { ...base, failures: [] } }, bot);
    await run({ file_processed: { ...base, processor: 'thumbnail' } }, bot);
    await run({ files_forgotten: { ...base, count: 3 } }, bot);
    await run(sent(), bot);
    expect(events).toEqual(['ready 0', 'failed 7.1', 'thumbnail', '3 gone']);
  });

  it('can request more files in the same place', async () => {
    const { staged } = await run(ready, asking({ message: { message_id: 5, document } }));
    expect(staged[0]?.body).toMatchObject({ userId: 42, address: { ...address, lane: 'c:42' } });
  });

  it('is answered in a business chat if the file came from there', async () => {
    const { message: content } = sent({ document, business_connection_id: 'conn' });
    const lane = 'b:conn:42';
    const requests = await run({ business_message: content }, asking(), { lane });
    const { address: from, id: request } = requests.staged[0]!.body;
    expect(from).toMatchObject({ lane, chat: { id: 42 }, businessConnectionId: 'conn' });
    const bot = new Composer<Ctx>();
    bot.use(async (ctx) => {
      await ctx.reply('here');
      await ctx.replyWithDocument('f');
      await ctx.sendChatAction('typing');
      ctx.files.request({ message: { message_id: 5, document } });
      ctx.files.forget();
    });
    const base = { request, address: from };
    for (const event of [
      { file_ready: { ...base, files: [], failures: [] } },
      { file_failed: { ...base, failures: [] } },
      { file_processed: { ...base, processor: 'thumbnail' } },
      { files_forgotten: { ...base, count: 3 } },
    ]) {
      const { calls, staged } = await run(event, bot, { lane });
      const placed = calls.map(({ method, payload }) => [
        method,
        payload['chat_id'],
        payload['business_connection_id'],
      ]);
      const methods = ['sendMessage', 'sendDocument', 'sendChatAction'];
      expect(placed).toEqual(methods.map((method) => [method, 42, 'conn']));
      const place = { ...from, messageId: expect.any(Number) as number };
      expect(staged.map(({ body }) => body.address)).toMatchObject([place, from]);
    }
  });
});
