import { perChat, session, type TurnContext } from '@chatlane/middleware';
import { Composer, Markup } from 'telegraf';
import { message } from 'telegraf/filters';
import { chat } from './index.js';

interface Counting extends TurnContext {
  session: { count: number };
  group: { count: number };
}

describe('a person', () => {
  it('sends files, places and contacts', async () => {
    const bot = new Composer();
    bot.on(message('photo'), (ctx) =>
      ctx.reply(`photo ${ctx.msg.photo.at(-1)?.width} ${ctx.msg.caption}`),
    );
    bot.on(message('document'), async (ctx) => {
      const { href } = await ctx.telegram.getFileLink(ctx.msg.document.file_id);
      const content = await (await fetch(href)).text();
      await ctx.reply(`${ctx.msg.document.file_name}: ${content}`);
    });
    bot.on(message('location'), (ctx) => ctx.reply(`at ${ctx.msg.location.latitude}`));
    bot.on(message('contact'), (ctx) =>
      ctx.reply(`${ctx.msg.contact.phone_number} ${ctx.msg.contact.user_id === ctx.from.id}`),
    );
    await using test = await chat(bot);
    const { user } = test;
    await user.sends({ photo: true, caption: 'me' });
    await user.sends({ document: Buffer.from('words'), name: 'a.txt' });
    await user.sends({ location: { latitude: 48.1, longitude: 11.6 } });
    await user.sharesContact('+49123');
    expect(user.unseen().map(({ text }) => text)).toEqual([
      'photo 1 me',
      'a.txt: words',
      'at 48.1',
      '+49123 true',
    ]);
    expect(test.conversation()).toContain(
      'Ann sends a photo: me\nBot: photo 1 me\nAnn sends a document.',
    );
  });

  it('presses the button that shares the phone number, edits messages and replies to them', async () => {
    const bot = new Composer();
    bot.command('phone', (ctx) =>
      ctx.reply('Yours?', Markup.keyboard([Markup.button.contactRequest('Mine')])),
    );
    bot.on(message('contact'), (ctx) => ctx.reply('Thanks', Markup.removeKeyboard()));
    bot.on('edited_message', (ctx) => ctx.reply('You edited that'));
    bot.on(message('text'), (ctx) =>
      ctx.reply(`About: ${ctx.text}`, { reply_parameters: { message_id: ctx.msg.message_id } }),
    );
    await using test = await chat(bot);
    const { user } = test;
    await user.says('/phone');
    await user.presses('Mine');
    await user.sees('Thanks');
    await expect(user.presses('Mine')).rejects.toThrow('The buttons are: none');
    const sent = await user.says('hello');
    const about = await user.sees('About: hello');
    expect(about.message?.reply_to_message?.message_id).toBe(sent.message_id);
    await user.edits(sent, 'hello!');
    await user.sees(/edited/);
    await user.says('yes', { replyTo: about.message! });
    expect(test.conversation()).toMatch(/Bot, to Ann: About: hello\nAnn edits that to: hello!\n/);
  });

  it('has a session, which a test can set beforehand and read', async () => {
    const bot = new Composer<Counting>();
    bot.use(session({ defaultSession: () => ({ count: 0 }) }));
    bot.use(
      session<Counting, 'group'>({
        property: 'group',
        getSessionKey: (ctx) => (ctx.chat?.type === 'private' ? undefined : perChat(ctx)),
        defaultSession: () => ({ count: 0 }),
      }),
    );
    bot.on('message', async (ctx) => {
      ctx.session.count += 1;
      if (ctx.chat.type !== 'private') ctx.group.count += 1;
      await ctx.reply(`count ${ctx.session.count}`);
    });
    await using test = await chat(bot);
    const { user } = test;
    expect(await user.session()).toBeUndefined();
    await user.setSession({ count: 41 });
    await user.says('a');
    await user.sees('count 42');
    expect(await user.session()).toEqual({ count: 42 });
    const bob = test.newUser({ first_name: 'Bob' });
    const group = test.group({ members: [user, bob] });
    await group.setSession({ count: 7 });
    await user.in(group).says('b');
    await bob.in(group).says('c');
    expect(await user.in(group).session()).toEqual({ count: 1 });
    expect(await group.session()).toEqual({ count: 9 });
    expect(await bob.session()).toBeUndefined();
  });

  it('talks in groups, where an administrator has more rights', async () => {
    const bot = new Composer();
    bot.command('who', async (ctx) => {
      const member = await ctx.getChatMember(ctx.from.id);
      await ctx.reply(`${ctx.from.first_name} (${ctx.from.language_code}): ${member.status}`);
    });
    await using test = await chat(bot);
    const eva = test.newUser({ first_name: 'Eva', language_code: 'de' });
    const crew = test.group({ title: 'Crew', admins: [eva], members: [test.user] });
    const username = test.telegram.world.bot.username!;
    await eva.in(crew).says(`/who@${username}`);
    await test.user.in(crew).says('/who@another_bot');
    const ann = test.user.in(crew);
    await ann.says('/who');
    await ann.sees('Ann (en): member');
    await test.user.seesNothingMore();
    expect(test.conversation()).toBe(
      [
        `Eva: /who@${username}`,
        'Bot: Eva (de): creator',
        'Ann: /who@another_bot',
        'Ann: /who',
        'Bot: Ann (en): member',
      ].join('\n'),
    );
    await test.user.says('/who');
    expect(test.conversation()).toMatch(
      /^--- in Crew ---\nEva: [^]*\n--- Ann, in private ---\nAnn: /,
    );
  });

  it('blocks the bot, and finds results inline', async () => {
    const blocked: unknown[] = [];
    const bot = new Composer();
    bot.on('my_chat_member', (ctx) => void blocked.push(ctx.myChatMember.new_chat_member.status));
    bot.on('inline_query', (ctx) =>
      ctx.answerInlineQuery([
        {
          ...{ type: 'article', id: '1', title: `About ${ctx.inlineQuery.query}` },
          input_message_content: { message_text: 'x' },
        },
      ]),
    );
    await using test = await chat(bot);
    expect(await test.user.searches('cats')).toEqual(['About cats']);
    await test.user.blocks();
    expect(blocked).toEqual(['kicked']);
    expect(test.conversation()).toBe('Ann blocks the bot.');
  });
});
