import type { FilesContext, I18nContext, TurnContext } from '@chatlane/middleware';
import type { Scenes } from 'telegraf';
import type { ChatSession, BotSession } from './sessions.js';
import type { en } from './texts/en.js';

/** The context of every handler of this bot. */
export interface BotContext extends TurnContext, FilesContext, I18nContext<typeof en, 'en' | 'de'> {
  /** Of the user in this chat. */
  session: BotSession;
  /** Of the whole group; undefined in a private chat. */
  chatSession: ChatSession | undefined;
  scene: Scenes.SceneContextScene<BotContext>;
}

/** Most handlers' second argument. */
export type Next = () => Promise<void>;
