export { createBot } from './bot.js';
export { commands } from './commands.js';
export type { BotContext, BotSession, Onboarding, Profile } from './context.js';
