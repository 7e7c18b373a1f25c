import { readPlace, writePlace } from './place.js';
import { playApi } from './play-api.js';
import { openChat } from './selectors.js';
import type { Store } from './store.js';

/** Brings the page's state in line with the playground and with the page's address. */
export interface Loader {
  /** Everything again: at the start, and when the event stream was away. */
  reload(): Promise<void>;
  /** Goes where the address says. */
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

  /** @param afresh fetches the chats even if the user is still the same */
  async function follow(afresh: boolean): Promise<void> {
    const { viewerId, chatId } = readPlace(location.hash);
    const known = store.state().users.some((user) => user.id === viewerId);
    if (viewerId === undefined || !known) return;
    const moved = viewerId !== store.state().viewerId;
    dispatch({ type: 'viewer', viewerId });
    dispatch({ type: 'opened', chatId });
    await Promise.all([moved || afresh ? chats() : undefined, bot()]);
    await history();
  }

  /** A newcomer finds a user and an open chat with the bot; an address that names both is left as it is. */
  async function settle(): Promise<void> {
    let users = (await playApi.users()).filter((user) => !user.is_bot);
    if (users.length === 0) {
      users = [await playApi.createUser({ first_name: 'Ada', last_name: 'Byron' })];
    }
    dispatch({ type: 'users', users });
    const { viewerId } = readPlace(location.hash);
    const first = users[0];
    if (first && !users.some((user) => user.id === viewerId)) {
      window.history.replaceState(null, '', writePlace(first.id, first.id));
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
