import { session } from '@chatlane/middleware';
import { Composer, Scenes } from 'telegraf';
import type { BotContext } from './context.js';
import { errorBoundary } from './error-boundary.js';
import { cancel } from './features/cancel.js';
import { help } from './features/help.js';
import { register, registration } from './features/registration.js';
import { start, startAnswers } from './features/start.js';
import { unknown } from './features/unknown.js';

/**
 * Builds the bot: all it does, in the order in which a handler is asked. It knows no token and no network; the worker
 * gives it one context for each turn.
 *
 * @example
 * await createBot().middleware()(ctx, () => Promise.resolve());
 */
export function createBot(): Composer<BotContext> {
  const scenes = new Scenes.Stage<BotContext, Scenes.WizardSessionData>([registration]);
  // Commands come before the scene the user is in: they work everywhere.
  scenes.use(cancel, help, start, register);

  const bot = new Composer<BotContext>();
  bot.use(errorBoundary);
  // Two bots that answer each other would never stop.
  bot.drop(isFromAnotherBot);
  bot.drop(isMigration);
  bot.use(session({ defaultSession: () => ({}) }));
  bot.use(scenes);
  bot.use(startAnswers);
  bot.use(unknown);
  return bot;
}

/** Telegram tells that the group has another id, in the name of an admin: no answer to anything the bot asked. */
function isMigration({ message }: BotContext): boolean {
  return (
    message !== undefined && ('migrate_to_chat_id' in message || 'migrate_from_chat_id' in message)
  );
}

/** Anonymous admins and linked channels also show as bots, but write on behalf of a chat. */
function isFromAnotherBot({ from, message }: BotContext): boolean {
  return message !== undefined && from?.is_bot === true && !('sender_chat' in message);
}
