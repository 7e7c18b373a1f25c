import { safeLink } from './entities.js';
import { playApi } from './play-api.js';
import type { Store } from './store.js';
import type { Message, ResultsButton } from './wire.js';

/** User actions for inline mode, polls and pins. */
export function createInlineActs(
  store: Store,
  tools: {
    attempt: (work: () => Promise<unknown>) => Promise<boolean>;
    here: () => { chat_id: number; from_id: number };
    goTo: (viewerId: number, chatId: number | undefined) => void;
  },
) {
  const { attempt, here, goTo } = tools;
  const { dispatch } = store;

  /** Opens a chat with `@bot query` in its composer. */
  function fillComposer(chatId: number, query: string): void {
    const { bot, viewerId, openChatId } = store.state();
    const text = `@${bot?.me.username ?? ''} ${query}`;
    dispatch({ type: 'prefilled', prefill: { chatId, text } });
    dispatch({ type: 'leftToStart', chatId: undefined });
    if (chatId !== openChatId && viewerId !== undefined) goTo(viewerId, chatId);
  }

  return {
    fillComposer,

    /** Returns the query's id; the answer arrives in the state. Undefined when the request failed. */
    async askInline(query: string, offset: string): Promise<string | undefined> {
      let id: string | undefined;
      await attempt(async () => {
        const view = await playApi.askInline({ ...here(), query, offset });
        id = view.inline_query_id;
        if (view.answer) dispatch({ type: 'inlineAnswered', query: view });
      });
      return id;
    },

    chooseInline: (queryId: string, resultId: string, replyTo?: Message) =>
      attempt(async () => {
        const { message } = await playApi.chooseInline({
          ...here(),
          inline_query_id: queryId,
          result_id: resultId,
          ...(replyTo && { reply_to_message_id: replyTo.message_id }),
        });
        dispatch({ type: 'message', message });
      }),

    /**
     * Presses the button above the results: it opens a web app, or the bot's private chat, from which a switch button
     * returns.
     */
    async pressAbove(button: ResultsButton): Promise<void> {
      const link = button.web_app && safeLink(button.web_app.url);
      if (link) window.open(link, '_blank', 'noopener');
      if (button.start_parameter === undefined) return;
      const { chat_id, from_id } = here();
      const text = `/start ${button.start_parameter}`;
      dispatch({ type: 'leftToStart', chatId: chat_id });
      goTo(from_id, from_id);
      await attempt(() => playApi.sendText({ chat_id: from_id, from_id, text }));
    },

    vote: (message: Message, optionIds: readonly number[]) =>
      attempt(() =>
        playApi.vote({ ...here(), message_id: message.message_id, option_ids: optionIds }),
      ),

    loadPoll: (pollId: string) =>
      attempt(async () => {
        const { votes } = await playApi.poll(pollId);
        dispatch({ type: 'pollVotes', pollId, votes });
      }),

    pin: (message: Message, pinned: boolean) =>
      attempt(() => playApi.pin({ ...here(), message_id: message.message_id, pinned })),
  };
}
