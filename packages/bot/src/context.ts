import type { FilesContext, I18nContext, TurnContext } from '@chatlane/middleware';
import type { Scenes } from 'telegraf';
import type { ChatSession, BotSession } from './sessions.js';
import type { en } from './texts/en.js';

/** The context of every handler of this bot. */
export interface BotContext extends TurnContext, FilesContext, I18nContext<typeof en, 'en' | 'de'> {
  /** The user's session in this chat. */
  session: BotSession;
  /** The session of the whole group. Undefined in a private chat. */
  chatSession: ChatSession | undefined;
  /** Enters and leaves this bot's scenes. */
  scene: Scenes.SceneContextScene<BotContext>;
}

/** The second argument of a handler. */
export type Next = () => Promise<void>;
