import {
  captionCommands,
  chatAction,
  files,
  ignoreOtherBots,
  perChat,
  rateLimit,
  replyInGroups,
  replyKeyboards,
  sayAfterLongWait,
  session,
} from '@chatlane/middleware';
import { Composer, Scenes } from 'telegraf';
import type { BotContext } from './context.js';
import { apologies } from './error-boundary.js';
import { createAdmin, createSlowMode } from './features/admin.js';
import { createBroadcast } from './features/broadcast.js';
import { cancel, reset } from './features/cancel.js';
import { createForget } from './features/files/forget.js';
import { createInlineSearch } from './features/files/inline.js';
import { saveFile } from './features/files/save.js';
import { createFileList } from './features/files/list.js';
import { createPreviews } from './features/files/previews.js';
import { fileResults } from './features/files/results.js';
import { help } from './features/help.js';
import { createLanguage, languageByMessage } from './features/language.js';
import { createOwner } from './features/owner.js';
import { profile } from './features/profile.js';
import { createRegistration, register } from './features/register.js';
import { createSettings } from './features/settings.js';
import { start, startScenes } from './features/start.js';
import { createSurveyScenes, survey } from './features/survey.js';
import { unknown } from './features/unknown.js';
import { resetHints } from './hints.js';
import { i18n } from './i18n.js';
import { createParts } from './parts.js';
import type { BotPorts } from './ports.js';
import { botSession, botSessionMigrations, chatSession } from './sessions.js';

/**
 * Builds the bot: all its features, in the order in which handlers run. It knows neither a token nor the network. The
 * worker provides its ports, and a context for each turn.
 *
 * @example
 * await createBot(ports).middleware()(ctx, () => Promise.resolve());
 */
export function createBot(ports: BotPorts): Composer<BotContext> {
  const parts = createParts(ports);
  const { admins, buttons } = parts;

  const scenes = new Scenes.Stage<BotContext>([
    ...startScenes,
    createRegistration(parts),
    ...createSurveyScenes(parts),
  ]);
  // Commands and menus run before the user's current scene, so that they work everywhere.
  scenes.use(createFileList(parts), createForget(parts));
  scenes.use(cancel, help, start, register, profile, survey);
  scenes.use(createLanguage(parts), createSettings(parts), createAdmin(parts), createOwner(parts));
  scenes.use(createBroadcast(parts));

  const bot = new Composer<BotContext>();
  bot.use(files());
  bot.use(i18n.middleware());
  bot.use(apologies);
  // Two bots that answer each other would never stop.
  bot.use(ignoreOtherBots());
  bot.drop(isMigration);
  bot.use(admins);
  bot.use(createInlineSearch(parts));
  bot.use(replyInGroups(), captionCommands());
  if (ports.rateLimit !== false) {
    bot.use(
      rateLimit<BotContext>({
        ...ports,
        user: { everySeconds: 1, burst: 20 },
        exempt: { callbacks: true, admins },
        limited: (ctx, seconds) => ctx.t('rateLimit.limited', { count: seconds }),
      }),
    );
  }
  bot.use(sayAfterLongWait<BotContext>({ afterMs: 60_000, text: (ctx) => ctx.t('wait.long') }));
  bot.use(Composer.optional(isFromPerson, chatAction()));
  bot.use(reset);
  bot.use(
    session({
      version: 2,
      migrations: botSessionMigrations,
      schema: botSession,
      defaultSession: () => ({}),
    }),
  );
  bot.use(
    session<BotContext, 'chatSession'>({
      property: 'chatSession',
      getSessionKey: (ctx) => (isGroup(ctx) ? perChat(ctx) : undefined),
      schema: chatSession,
      defaultSession: () => ({ slowModeSeconds: 0, messages: 0 }),
    }),
  );
  bot.use(createSlowMode(parts));
  bot.use(resetHints, replyKeyboards());
  bot.use(fileResults, createPreviews(parts));
  bot.use(scenes);
  bot.use(saveFile);
  bot.use(buttons.rest);
  bot.use(languageByMessage, unknown);
  return bot;
}

/** Whether a person is waiting for an answer; a membership change, for example, needs none. */
function isFromPerson({ message, callbackQuery }: BotContext): boolean {
  return message !== undefined || callbackQuery !== undefined;
}

function isGroup({ chat }: BotContext): boolean {
  return chat?.type === 'group' || chat?.type === 'supergroup';
}

/**
 * The service message about a group's new id. An admin appears as its sender, but it must not count
 * as an answer to a question of the bot.
 */
function isMigration({ message }: BotContext): boolean {
  return (
    message !== undefined && ('migrate_to_chat_id' in message || 'migrate_from_chat_id' in message)
  );
}
