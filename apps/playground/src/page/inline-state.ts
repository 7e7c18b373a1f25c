import type { InlineQuery } from './wire.js';

/** Inline mode: what the bot has offered, and where one goes to use it. */
export interface InlineState {
  /** The newest answered queries, by id: an answer may come before its query is confirmed. */
  answered: readonly InlineQuery[];
  /** A text for the composer of a chat, put there by a button. */
  prefill: { chatId: number; text: string } | undefined;
  /** The chat that was left for the bot's private chat: a switch_inline_query button leads back there. */
  returnTo: number | undefined;
}

export type InlineAction =
  | { type: 'inlineAnswered'; query: InlineQuery }
  | { type: 'prefilled'; prefill: InlineState['prefill'] }
  | { type: 'leftToStart'; chatId: number | undefined };

const answersKept = 50;

export const initialInline: InlineState = { answered: [], prefill: undefined, returnTo: undefined };

export function reduceInline(state: InlineState, action: InlineAction): InlineState {
  switch (action.type) {
    case 'inlineAnswered': {
      const id = action.query.inline_query_id;
      const others = state.answered.filter((query) => query.inline_query_id !== id);
      return { ...state, answered: [...others, action.query].slice(-answersKept) };
    }
    case 'prefilled':
      return { ...state, prefill: action.prefill };
    case 'leftToStart':
      return { ...state, returnTo: action.chatId };
  }
}
