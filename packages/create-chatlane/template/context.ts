import type { TurnContext } from 'chatlane';
import type { Scenes } from 'telegraf';

/** The context of every handler. */
export interface BotContext extends TurnContext {
  session: Scenes.SceneSession & { messages: number; name?: string };
  scene: Scenes.SceneContextScene<BotContext>;
}
