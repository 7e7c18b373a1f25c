import { safeLink } from './entities.js';
import { playApi } from './play-api.js';
import type { Store } from './store.js';
import type { Message, ResultsButton } from './wire.js';

/** What a person does with an inline bot, with polls and with pins. */
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

  /** Puts `@bot query` into the composer of a chat, and opens the chat. */
  function fillComposer(chatId: number, query: string): void {
    const { bot, viewerId, openChatId } = store.state();
    const text = `@${bot?.me.username ?? ''} ${query}`;
    dispatch({ type: 'prefilled', prefill: { chatId, text } });
    dispatch({ type: 'leftToStart', chatId: undefined });
    if (chatId !== openChatId && viewerId !== undefined) goTo(viewerId, chatId);
  }

  return {
    fillComposer,

    /** The id of the query; its answer comes into the state. Undefined: it could not be asked. */
    async askInline(query: string, offset: string): Promise<string | undefined> {
      let id: string | undefined;
      await attempt(async () => {
        const asked = await playApi.askInline({ ...here(), query, offset });
        id = asked.inline_query_id;
        if (asked.answer) dispatch({ type: 'inlineAnswered', query: asked });
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

    /** The button above the results: to the bot's private chat and back by one of its buttons, or to a web app. */
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
