import { usePage } from '../page-context.js';
import { viewerChats } from '../selectors.js';
import { ChatRow } from './chat-row.js';
import { StatusBar } from './status-bar.js';
import { UserSwitcher } from './user-switcher.js';

/** The left column: the current user, their chats, and how the bot receives updates. */
export function SidePanel() {
  const { state } = usePage();
  return (
    <nav class="side" aria-label="Chats">
      <UserSwitcher />
      <ul class="chat-list">
        {viewerChats(state).map((entry) => (
          <ChatRow key={entry.chat.id} entry={entry} />
        ))}
      </ul>
      <StatusBar />
    </nav>
  );
}
