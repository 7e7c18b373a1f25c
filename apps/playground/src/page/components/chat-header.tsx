import { chatTitle } from '../names.js';
import { usePage } from '../page-context.js';
import { doingText } from '../selectors.js';
import type { ChatEntry } from '../wire.js';
import { Avatar } from './avatar.js';
import { GroupMenu } from './group-menu.js';
import { Icon } from './icon.js';

/** Whom you talk to, and what they are doing. */
export function ChatHeader({ entry }: { entry: ChatEntry }) {
  const { state, acts } = usePage();
  const { chat } = entry;
  const isPrivate = chat.type === 'private';
  const title = chatTitle(chat, state.bot?.me);
  const doing = doingText(state, chat.id);
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
          {doing ? (
            <span class="doing">
              {isPrivate ? '' : `${state.bot?.me.first_name ?? 'Bot'} `}
              {doing}
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
