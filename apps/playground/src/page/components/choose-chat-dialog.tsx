import { chatTitle } from '../names.js';
import { usePage } from '../page-context.js';
import { viewerChats } from '../selectors.js';
import type { Chat } from '../wire.js';
import { Avatar } from './avatar.js';
import { Dialog } from './dialog.js';

/** Lets the user pick one of their chats. */
export function ChooseChatDialog(props: {
  isOffered: (chat: Chat) => boolean;
  onChoose: (chat: Chat) => void;
  onClose: () => void;
}) {
  const { state } = usePage();
  const chats = viewerChats(state)
    .map(({ chat }) => chat)
    .filter(props.isOffered);
  return (
    <Dialog title="Choose a chat" onClose={props.onClose}>
      {chats.length === 0 && <p class="dialog-text">You are in no chat of this kind.</p>}
      <ul class="people">
        {chats.map((chat) => (
          <li key={chat.id}>
            <button type="button" class="menu-item" onClick={() => props.onChoose(chat)}>
              <Avatar
                id={chat.type === 'private' ? (state.bot?.me.id ?? 0) : chat.id}
                name={chatTitle(chat, state.bot?.me)}
                size="small"
                bot={chat.type === 'private'}
              />
              <span class="menu-text">{chatTitle(chat, state.bot?.me)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
