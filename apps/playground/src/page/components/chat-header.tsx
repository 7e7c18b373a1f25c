import { chatTitle } from '../names.js';
import { usePage } from '../page-context.js';
import { chatActionText } from '../selectors.js';
import type { ChatEntry } from '../wire.js';
import { Avatar } from './avatar.js';
import { GroupMenu } from './group-menu.js';
import { Icon } from './icon.js';

/** The title of the chat, and its members or the bot's current action. */
export function ChatHeader({ entry }: { entry: ChatEntry }) {
  const { state, acts } = usePage();
  const { chat } = entry;
  const isPrivate = chat.type === 'private';
  const title = chatTitle(chat, state.bot?.me);
  const chatAction = chatActionText(state, chat.id);
  return (
    <header class="chat-header">
      <button
        type="button"
        class="icon-button chat-back"
        aria-label="Back to the chats"
        onClick={() => acts.openChat(undefined)}
      >
        <Icon name="back" />
      </button>
      <Avatar
        id={isPrivate ? (state.bot?.me.id ?? 0) : chat.id}
        name={title}
        size="small"
        bot={isPrivate}
      />
      <div class="chat-heading">
        <h1>{title}</h1>
        <p role="status">
          {chatAction ? (
            <span class="chat-action">
              {isPrivate ? '' : `${state.bot?.me.first_name ?? 'Bot'} `}
              {chatAction}
              <span class="typing" aria-hidden="true">
                <i />
                <i />
                <i />
              </span>
            </span>
          ) : isPrivate ? (
            state.bot?.me.username ? (
              `bot · @${state.bot.me.username}`
            ) : (
              'bot'
            )
          ) : (
            `${entry.member_count} ${entry.member_count === 1 ? 'member' : 'members'}`
          )}
        </p>
      </div>
      {chat.type === 'group' && <GroupMenu />}
    </header>
  );
}
