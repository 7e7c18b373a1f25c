import { useEffect, useState } from 'preact/hooks';
import type { Acts } from '../acts.js';
import { PageProvider, usePage } from '../page-context.js';
import { openChat, unreadOf } from '../selectors.js';
import type { Store } from '../store.js';
import { ChatPane } from './chat-pane.js';
import { NoticeView } from './notice-view.js';
import { SidePanel } from './side-panel.js';

/** The minimum time between two renderings: under load, thousands of events arrive per second. */
const frameMs = 16;

/** The whole page: the chat list on the left, the open chat on the right. A phone shows one of them at a time. */
export function App({ store, acts }: { store: Store; acts: Acts }) {
  const [state, setState] = useState(store.state());
  useEffect(() => {
    let frame: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      frame = undefined;
      setState(store.state());
    };
    show();
    const unsubscribe = store.subscribe(() => {
      frame ??= setTimeout(show, frameMs);
    });
    return () => {
      clearTimeout(frame);
      unsubscribe();
    };
  }, [store]);

  const unread = state.viewerId === undefined ? 0 : unreadOf(state, state.viewerId);
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) Chatlane playground` : 'Chatlane playground';
  }, [unread]);

  const open = openChat(state);
  return (
    <PageProvider value={{ state, acts }}>
      <div class={open ? 'page page-in-chat' : 'page'}>
        <SidePanel />
        <main class="main">
          <ConnectionBanner />
          {open ? <ChatPane key={`${state.viewerId}:${open.chat.id}`} entry={open} /> : <Welcome />}
          <NoticeView />
        </main>
      </div>
    </PageProvider>
  );
}

/** Shown while the event stream is disconnected; it reconnects automatically. */
function ConnectionBanner() {
  const { state } = usePage();
  if (state.connection !== 'lost') return null;
  return (
    <div class="banner" role="status">
      <span class="spinner" aria-hidden="true" />
      Connection to the playground lost. Reconnecting…
    </div>
  );
}

/** Shown beside the chat list while no chat is open. */
function Welcome() {
  const { state } = usePage();
  return (
    <div class="welcome wallpaper">
      <p class="pill">{state.loaded ? 'Select a chat to start messaging' : 'Loading…'}</p>
    </div>
  );
}
