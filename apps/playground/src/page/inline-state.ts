import type { InlineQuery } from './wire.js';

/** The state of inline mode: the bot's results, and where the user came from. */
export interface InlineState {
  /** The newest answered queries by id; an answer can arrive before its query is confirmed. */
  answered: readonly InlineQuery[];
  /** A text that a button puts into the composer of a chat. */
  prefill: { chatId: number; text: string } | undefined;
  /** The chat from which the user went to the bot's private chat; a switch_inline_query button returns there. */
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
