import { useRef, useState } from 'preact/hooks';
import type { Row } from '../message-rows.js';
import { fullName } from '../names.js';
import type { Chat } from '../wire.js';
import { Avatar } from './avatar.js';
import { Bubble } from './bubble.js';
import { Icon } from './icon.js';
import { InlineKeyboard } from './inline-keyboard.js';
import { MessageMenu } from './message-menu.js';

/** The menu opens upward unless the message is closer than this to the top of the window. */
const menuPx = 220;

/** A message in the history: avatar in groups, bubble, inline keyboard and menu. */
export function BubbleRow(props: {
  row: Extract<Row, { kind: 'bubble' }>;
  chat: Chat;
  viewerId: number;
}) {
  const { row, chat, viewerId } = props;
  const { message, album, first, last } = row;
  const [menu, setMenu] = useState<'up' | 'down' | undefined>();
  const bubble = useRef<HTMLDivElement>(null);
  const own = message.from?.id === viewerId;
  const author = message.from ?? { id: chat.id, is_bot: false, first_name: chat.title ?? '' };
  const inGroup = chat.type !== 'private';

  function openMenu(): void {
    const top = bubble.current?.getBoundingClientRect().top ?? 0;
    setMenu(top > menuPx ? 'up' : 'down');
  }

  return (
    <article
      class={`row ${own ? 'row-own' : 'row-other'} ${first ? 'row-first' : ''} ${last ? 'row-last' : ''}`}
      aria-label={`${own ? 'You' : fullName(author)}`}
      data-message-id={message.message_id}
    >
      {inGroup && !own && (
        <span class="row-avatar">
          {last && (
            <Avatar
              id={author.id}
              name={fullName(author)}
              size="small"
              bot={message.from?.is_bot === true}
            />
          )}
        </span>
      )}
      <div class="row-body">
        <div
          ref={bubble}
          class="row-bubble"
          onContextMenu={(event) => {
            if (getSelection()?.isCollapsed === false) return;
            event.preventDefault();
            openMenu();
          }}
        >
          <Bubble
            message={message}
            album={album}
            author={first && inGroup && !own ? author : undefined}
          />
          <button
            type="button"
            class="icon-button row-more"
            aria-label="Message actions"
            aria-haspopup="menu"
            aria-expanded={menu !== undefined}
            onClick={openMenu}
          >
            <Icon name="more" />
          </button>
          {menu && (
            <MessageMenu
              message={message}
              own={own}
              direction={menu}
              onClose={() => setMenu(undefined)}
            />
          )}
        </div>
        {message.reply_markup?.inline_keyboard && (
          <InlineKeyboard message={message} rows={message.reply_markup.inline_keyboard} />
        )}
      </div>
    </article>
  );
}
