import type { BotCommand, CommandScope } from '../../world/commands.js';
import { badRequest } from '../api-error.js';
import type { Arguments } from '../arguments.js';
import type { MethodFamily } from '../method.js';

const scopeTypes = [
  'default',
  'all_private_chats',
  'all_group_chats',
  'all_chat_administrators',
  'chat',
  'chat_administrators',
  'chat_member',
];
const mostCommands = 100;

/** setMyCommands, getMyCommands and deleteMyCommands. */
export const commandMethods: MethodFamily = ({ world, feed }) => ({
  setMyCommands({ args }) {
    const commands = args.json('commands');
    if (!Array.isArray(commands)) throw badRequest('commands must be an Array');
    if (commands.length > mostCommands) throw badRequest('BOT_COMMANDS_TOO_MUCH');
    world.commands.set(scopeOf(args), args.text('language_code'), commands.map(checkedCommand));
    feed.publish('commands', () => ({}));
    return true;
  },

  getMyCommands: ({ args }) => world.commands.get(scopeOf(args), args.text('language_code')),

  deleteMyCommands({ args }) {
    world.commands.delete(scopeOf(args), args.text('language_code'));
    feed.publish('commands', () => ({}));
    return true;
  },
});

function checkedCommand(value: unknown): BotCommand {
  const given = (value ?? {}) as Partial<BotCommand>;
  const command = String(given.command ?? '').replace(/^\//, '');
  const description = String(given.description ?? '');
  if (!/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID');
  if (description.length < 1 || description.length > 256) {
    throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
  }
  return { command, description };
}

function scopeOf(args: Arguments): CommandScope {
  const given = (args.json('scope') ?? { type: 'default' }) as Partial<CommandScope>;
  const { type = '', chat_id, user_id } = given;
  if (!scopeTypes.includes(type)) throw badRequest('unsupported BotCommandScope type');
  return {
    type,
    ...(chat_id !== undefined && { chat_id: Number(chat_id) }),
    ...(user_id !== undefined && { user_id: Number(user_id) }),
  };
}
