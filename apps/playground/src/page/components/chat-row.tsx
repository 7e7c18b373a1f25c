import { shortDate } from '../clock.js';
import { chatTitle } from '../names.js';
import { usePage } from '../page-context.js';
import { chatActionText, unreadCount } from '../selectors.js';
import { summary } from '../summary.js';
import type { ChatEntry } from '../wire.js';
import { Avatar } from './avatar.js';

/** A chat in the list: avatar, title, last message, time, unread count. */
export function ChatRow({ entry }: { entry: ChatEntry }) {
  const { state, acts } = usePage();
  const { chat, last_message: last } = entry;
  const title = chatTitle(chat, state.bot?.me);
  const isPrivate = chat.type === 'private';
  const unread = unreadCount(state, chat.id);
  const chatAction = chatActionText(state, chat.id);
  const author =
    last?.from?.id === state.viewerId
      ? 'You: '
      : isPrivate || !last?.from
        ? ''
        : `${last.from.first_name}: `;
  return (
    <li>
      <button
        type="button"
        class="chat-row"
        aria-current={chat.id === state.openChatId ? 'true' : undefined}
        onClick={() => acts.openChat(chat.id)}
      >
        <Avatar id={isPrivate ? (state.bot?.me.id ?? 0) : chat.id} name={title} bot={isPrivate} />
        <span class="chat-row-title">{title}</span>
        <span class="chat-row-time">{last && shortDate(last.date)}</span>
        <span class="chat-row-last">
          {chatAction ? (
            <span class="chat-action">{chatAction}…</span>
          ) : last ? (
            <>
              {author && <span class="chat-row-author">{author}</span>}
              {summary(last)}
            </>
          ) : (
            'No messages yet'
          )}
        </span>
        {unread > 0 && (
          <span class="badge" aria-label={`${unread} new`}>
            {unread}
          </span>
        )}
      </button>
    </li>
  );
}
