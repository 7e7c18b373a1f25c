import type { BotCommand } from 'telegraf/types';

/** The bot's commands, for `setMyCommands` and for /help. */
export const commands: BotCommand[] = [
  { command: 'start', description: 'Get acquainted' },
  { command: 'register', description: 'Register with name and email' },
  { command: 'cancel', description: 'Stop what you are doing' },
  { command: 'help', description: 'What I can do' },
];
