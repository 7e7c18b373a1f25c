import { Composer } from 'telegraf';
import { message, openTurns } from '../guards/chat.testkit.js';
import type { TurnContext } from '../turn/turn.js';
import { captionCommands } from './caption-commands.js';

const bot = new Composer<TurnContext>(captionCommands());
bot.command('find', (ctx) => ctx.reply(`find "${ctx.payload}"`));
bot.on('message', (ctx) => ctx.reply(`message "${ctx.text}"`));

const marked = (length: number) => [{ type: 'bot_command', offset: 0, length }];

describe('captionCommands', () => {
  it.each([
    [{ text: '/find a house', entities: marked(5) }, 'find "a house"'],
    [{ text: '/FIND House', entities: marked(5) }, 'find "House"'],
    [{ photo: [], caption: '/find a house', caption_entities: marked(5) }, 'find "a house"'],
    [{ photo: [], caption: '/Find@Lane_Bot x', caption_entities: marked(14) }, 'find "x"'],
    [
      { photo: [], caption: '/find@other_bot x', caption_entities: marked(15) },
      'message "/find@other_bot x"',
    ],
    [
      {
        photo: [],
        caption: 'a /find',
        caption_entities: [{ type: 'bot_command', offset: 2, length: 5 }],
      },
      'message "a /find"',
    ],
    [{ photo: [], caption: 'a house' }, 'message "a house"'],
  ])('runs only a command that comes first and is for this bot: %j', async (content, said) => {
    const turns = openTurns();
    await turns.passes(bot.middleware(), message(content));
    expect(turns.said()).toEqual([said]);
  });
});
