import type { TurnContext } from '@chatlane/middleware';
import type { Scenes } from 'telegraf';

/** What a user told the bot in /register. */
export interface Profile {
  name: string;
  email: string;
}

/** Where a user is in /start; absent when not in it. */
export type Onboarding = { step: 'name' } | { step: 'age'; name: string };

/** Kept for each user in each chat. `__scenes` is Telegraf's: the scene the user is in. */
export interface BotSession extends Scenes.WizardSession {
  onboarding?: Onboarding;
  profile?: Profile;
}

/** The context of every handler of this bot. */
export interface BotContext extends TurnContext {
  session: BotSession;
  scene: Scenes.SceneContextScene<BotContext, Scenes.WizardSessionData>;
  wizard: Scenes.WizardContextWizard<BotContext>;
}
