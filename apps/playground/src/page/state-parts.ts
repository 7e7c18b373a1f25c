import type { Entity } from './wire.js';

/** A message that the bot is still streaming. */
export interface BotDraft {
  draftId: number;
  text: string;
  entities: Entity[];
  untilMs: number;
}

/** A pressed inline button that is waiting for the bot's answer. */
export interface Press {
  key: string;
  queryId?: string;
}

/** A message for the user, shown on top of the page. */
export interface Notice {
  kind: 'toast' | 'alert' | 'error';
  text: string;
}
