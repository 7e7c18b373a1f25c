import type { Entity } from './wire.js';

/** A text of the bot that is still being written. */
export interface BotDraft {
  draftId: number;
  text: string;
  entities: Entity[];
  untilMs: number;
}

/** An inline button waiting for its answer. */
export interface Press {
  key: string;
  queryId?: string;
}

export interface Notice {
  kind: 'toast' | 'alert' | 'error';
  text: string;
}
