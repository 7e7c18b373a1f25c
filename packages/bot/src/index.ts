export { createBot } from './bot.js';
export { commands, type CommandList } from './commands.js';
export type { BotContext } from './context.js';
export type { BotPorts, Broadcasts, CodeMessage, FileIndex } from './ports.js';
export type { BotSession, ChatSession, Profile } from './sessions.js';
