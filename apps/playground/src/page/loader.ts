import { parseRoute, formatRoute } from './route.js';
import { playApi } from './play-api.js';
import { openChat } from './selectors.js';
import type { Store } from './store.js';

/** Loads the page's state from the playground, as the page's address requires. */
export interface Loader {
  /** Reloads everything: at the start, and after the event stream was disconnected. */
  reload(): Promise<void>;
  /** Switches to the user and the chat in the address. */
  follow(): Promise<void>;
  bot(): Promise<void>;
}

export function createLoader(store: Store): Loader {
  const { dispatch } = store;

  async function chats(): Promise<void> {
    const { viewerId } = store.state();
    if (viewerId === undefined) return;
    const entries = await playApi.chats(viewerId);
    if (store.state().viewerId === viewerId) dispatch({ type: 'chats', chats: entries });
  }

  async function history(): Promise<void> {
    const chatId = openChat(store.state())?.chat.id;
    if (chatId === undefined) return;
    dispatch({ type: 'historyAsked', chatId });
    dispatch({ type: 'history', chatId, messages: await playApi.messages(chatId) });
  }

  async function bot(): Promise<void> {
    dispatch({ type: 'bot', bot: await playApi.bot(store.state().openChatId) });
  }

  /** @param afresh whether to fetch the chats even when the user has not changed */
  async function follow(afresh: boolean): Promise<void> {
    const { viewerId, chatId } = parseRoute(location.hash);
    const known = store.state().users.some((user) => user.id === viewerId);
    if (viewerId === undefined || !known) return;
    const moved = viewerId !== store.state().viewerId;
    dispatch({ type: 'viewer', viewerId });
    dispatch({ type: 'opened', chatId });
    await Promise.all([moved || afresh ? chats() : undefined, bot()]);
    await history();
  }

  /** Completes an address without user or chat with the first user and their chat with the bot. */
  async function settle(): Promise<void> {
    let users = (await playApi.users()).filter((user) => !user.is_bot);
    if (users.length === 0) {
      users = [await playApi.createUser({ first_name: 'Ada', last_name: 'Byron' })];
    }
    dispatch({ type: 'users', users });
    const { viewerId } = parseRoute(location.hash);
    const first = users[0];
    if (first && !users.some((user) => user.id === viewerId)) {
      window.history.replaceState(null, '', formatRoute(first.id, first.id));
    }
  }

  return {
    async reload() {
      await settle();
      await follow(true);
    },
    follow: () => follow(false),
    bot,
  };
}
