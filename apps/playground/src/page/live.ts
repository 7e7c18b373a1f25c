import type { Acts } from './acts.js';
import { followEvents } from './live-events.js';
import type { Loader } from './loader.js';
import type { Store } from './store.js';

/** How long Telegram's apps show a chat action, unless it is repeated. */
const chatActionMs = 5000;
/** How long they show a draft of the bot, unless it is updated. */
const draftMs = 30_000;
/** The minimum interval between updates of the counters: under load, deliveries come by the thousand. */
const countersMs = 700;
const idleCountersMs = 5000;

/**
 * Keeps the page up to date with the event stream, the address and the bot's counters. Returns a function that stops
 * it.
 */
export function startLive(store: Store, loader: Loader, acts: Acts): () => void {
  const { dispatch } = store;
  const failed = (error: unknown): void =>
    dispatch({ type: 'notice', notice: { kind: 'error', text: (error as Error).message } });
  let counters: ReturnType<typeof setTimeout> | undefined;

  function countersIn(delayMs: number): void {
    counters ??= setTimeout(() => {
      counters = undefined;
      // A lost connection has its own banner, and the counters are polled again soon.
      loader.bot().catch(() => undefined);
    }, delayMs);
  }

  const poll = setInterval(() => countersIn(0), idleCountersMs);
  const follow = (): void => void loader.follow().catch(failed);
  addEventListener('hashchange', follow);

  const stopEvents = followEvents(
    {
      message: ({ message }) => dispatch({ type: 'message', message }),
      edit: ({ message }) => dispatch({ type: 'edited', message }),
      delete: (data) =>
        dispatch({ type: 'deleted', chatId: data.chat_id, messageId: data.message_id }),
      chat(entry) {
        dispatch({ type: 'chat', entry });
        // The event about the new chat has already arrived.
        const { openChatId } = store.state();
        if (entry.migrated_to !== undefined && entry.chat.id === openChatId) {
          acts.openChat(entry.migrated_to);
        }
      },
      user: (user) => {
        if (!user.is_bot) dispatch({ type: 'user', user });
      },
      answer: (answer) => acts.answer(answer),
      poll: ({ poll_id: pollId, votes }) => dispatch({ type: 'pollVotes', pollId, votes }),
      inline_answer(query) {
        if (query.user_id === store.state().viewerId) dispatch({ type: 'inlineAnswered', query });
      },
      commands: () => countersIn(0),
      delivery: () => countersIn(countersMs),
      action({ chat_id: chatId, action }) {
        const untilMs = Date.now() + chatActionMs;
        dispatch({ type: 'chatAction', chatId, action, untilMs });
        setTimeout(() => dispatch({ type: 'chatActionEnded', chatId, untilMs }), chatActionMs);
      },
      draft({ chat_id: chatId, draft_id: draftId, text, entities }) {
        const untilMs = Date.now() + draftMs;
        dispatch({ type: 'botDraft', chatId, draft: { draftId, text, entities, untilMs } });
        setTimeout(() => dispatch({ type: 'botDraftEnded', chatId, untilMs }), draftMs);
      },
    },
    {
      onOpen() {
        dispatch({ type: 'connection', connection: 'open' });
        loader.reload().catch(failed);
      },
      onLost: () => dispatch({ type: 'connection', connection: 'lost' }),
    },
  );

  return () => {
    stopEvents();
    clearInterval(poll);
    clearTimeout(counters);
    removeEventListener('hashchange', follow);
  };
}
