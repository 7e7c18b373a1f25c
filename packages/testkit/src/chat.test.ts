import { event, session, type TurnContext } from '@chatlane/middleware';
import { jest } from '@jest/globals';
import { Composer, Markup, Telegraf, type Context } from 'telegraf';
import { chat } from './index.js';

interface Counting extends TurnContext {
  session: { count: number };
}

const greeter = new Composer();
greeter.command('start', (ctx) =>
  ctx.reply(
    'Welcome. Shall we begin?',
    Markup.inlineKeyboard([
      [Markup.button.callback('Yes', 'yes')],
      [Markup.button.url('Rules', 'https://example.org')],
    ]),
  ),
);
greeter.action('yes', async (ctx) => {
  await ctx.answerCbQuery('Noted');
  await ctx.editMessageText('Then let us begin.');
  await ctx.reply('How are you?', Markup.keyboard(['Fine']));
});
greeter.hears('Fine', (ctx) => ctx.reply('Good!', Markup.removeKeyboard()));

describe('chat', () => {
  it('runs a bot, whose answers and buttons a person sees', async () => {
    await using test = await chat(greeter);
    const { user } = test;
    await user.says('/start');
    expect(await user.sees(/^Welcome/)).toMatchObject({ buttons: [['Yes'], ['Rules']] });
    await user.presses('Yes');
    expect(await user.sees('Noted')).toMatchObject({ kind: 'notice' });
    expect(await user.sees(/begin/)).toMatchObject({ kind: 'edit', buttons: [] });
    await user.presses('Fine');
    await user.sees(({ text }) => text.endsWith('!'));
    await user.seesNothingMore();
    expect(test.conversation()).toBe(
      [
        'Ann: /start',
        'Bot: Welcome. Shall we begin?',
        '  [Yes]',
        '  [Rules]',
        'Ann taps [Yes]',
        'Bot, in a notice: Noted',
        'Bot changes its message: Then let us begin.',
        'Bot: How are you?',
        '  [Fine]',
        '  (as a keyboard)',
        'Ann: Fine',
        'Bot: Good!',
        '  (keyboard removed)',
      ].join('\n'),
    );
  });

  it('is a deployment of its own, also for the same bot', async () => {
    const bot = new Composer<Counting>();
    bot.use(session({ defaultSession: () => ({ count: 0 }) }));
    bot.on('message', (ctx) => ctx.reply(`Message ${++ctx.session.count}`));
    await using one = await chat(bot);
    await using other = await chat(bot);
    await Promise.all([one.user.says('a'), other.user.says('a')]);
    await one.user.says('b');
    await one.user.sees('Message 2');
    await other.user.sees('Message 1');
    expect(one.user.id).not.toBe(other.user.id);
  });

  it('runs what a module exports, with ports and settings', async () => {
    await using test = await chat(
      {
        createBot({ ownerIds }: { ownerIds: number[] }) {
          const bot = new Composer();
          bot.command('owners', (ctx) => ctx.reply(`Owners: ${ownerIds.join(' ')}`));
          return bot;
        },
        commands: [{ command: 'owners', description: 'Lists the owners' }],
      },
      { settings: { OWNER_IDS: '7,8' } },
    );
    await test.user.says('/owners');
    await test.user.sees('Owners: 7 8');
    expect(test.telegram.calls().map(({ method }) => method)).toContain('setMyCommands');
  });

  it('does not start what is not a bot', async () => {
    await expect(chat({ createBot: () => 'nothing' })).rejects.toThrow(
      'the bot: `createBot` must return a Telegraf Composer.',
    );
    await expect(chat('nowhere.mjs')).rejects.toThrow('there is no file');
  });
});

describe('a person', () => {
  it('waits in `says` until the bot has handled the message, even with slow handlers and failed attempts', async () => {
    const handler = jest.fn(async (ctx: Context) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      if (handler.mock.calls.length < 3) throw new Error('not yet');
      await ctx.reply('done');
    });
    const bot = new Composer();
    bot.on('message', handler);
    await using test = await chat(bot);
    await test.user.says('go');
    expect(handler).toHaveBeenCalledTimes(3);
    expect(test.conversation()).toBe('Ann: go\nBot: done');
  });

  it("gets a handler's own error, once its event has failed for good", async () => {
    const broken = new Error('broken');
    const handler = jest.fn(() => Promise.reject(broken));
    await using test = await chat(new Composer(handler));
    await expect(test.user.says('go')).rejects.toBe(broken);
    expect(handler).toHaveBeenCalledTimes(5);
  });

  it('sees in an error what the bot did instead, and which buttons there are', async () => {
    await using test = await chat(greeter, { limitMs: 500 });
    const { user } = test;
    await user.says('/start');
    await expect(user.presses('No')).rejects.toThrow(
      'There is no button No. The buttons are: [Yes]',
    );
    await expect(user.presses('Rules')).rejects.toThrow('because it has no data');
    await expect(user.seesNothingMore()).rejects.toThrow('Ann also sees: Welcome.');
    await expect(user.sees('Bye')).rejects.toThrow(
      'Ann does not see "Bye".\n\nThe conversation:\nAnn: /start\nBot: Welcome. Shall we begin?\n  [Yes]',
    );
  });

  it('waits for events in other chats, but not for other people', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const bot = new Composer<TurnContext>();
    bot.hears('wait', () => held);
    bot.hears(/^\d+$/, (ctx) => ctx.inLane(Number(ctx.message.text), 'nudge', null));
    bot.on(event('nudge'), (ctx) => ctx.reply('Nudged'));
    await using test = await chat(bot);
    const [bob, eva] = [test.newUser(), test.newUser()];
    const waiting = test.user.says('wait');
    await eva.says('hello');
    await bob.says(String(eva.id));
    expect(eva.unseen()).toMatchObject([{ text: 'Nudged' }]);
    release();
    await waiting;
  });

  it('can wait for what the bot says on its own', async () => {
    const bot = new Telegraf('1:token');
    bot.on('message', ({ chat: { id } }) => {
      setTimeout(() => void bot.telegram.sendMessage(id, 'later'), 50);
    });
    await using test = await chat(bot);
    await test.user.says('go');
    await test.user.sees('later');
  });
});

describe("a bot that uses Telegraf's own session, client and catch", () => {
  it('has its sessions in the lanes, its client in the turn, and its error handler', async () => {
    const { session: inMemory } = await import('telegraf');
    const bot = new Telegraf<Counting>('1:token');
    bot.use(inMemory({ defaultSession: () => ({ count: 0 }) }));
    bot.on('message', async (ctx) => {
      await bot.telegram.sendMessage(ctx.chat.id, `Message ${++ctx.session.count}`);
      if (ctx.session.count === 2) throw new Error('the second one');
    });
    bot.catch(async (error, ctx) => void (await ctx.reply(`Sorry: ${(error as Error).message}`)));
    await using test = await chat(bot);
    const { user } = test;
    for (const text of ['a', 'b', 'c']) await user.says(text);
    await user.sees('Message 2');
    await user.sees('Sorry: the second one');
    await user.sees('Message 3');
    await user.seesNothingMore();
  });
});
