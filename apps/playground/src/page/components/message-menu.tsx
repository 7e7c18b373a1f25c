import { usePage } from '../page-context.js';
import { openChat } from '../selectors.js';
import type { Message } from '../wire.js';
import { Icon } from './icon.js';
import { Menu } from './menu.js';
import { MenuItem } from './menu-item.js';

/** The menu of a message. */
export function MessageMenu(props: {
  message: Message;
  own: boolean;
  direction: 'up' | 'down';
  onClose: () => void;
}) {
  const { state, acts } = usePage();
  const { message, own, direction, onClose } = props;
  const pinned = openChat(state)?.pinned.includes(message.message_id) === true;
  const text = message.text ?? message.caption;
  return (
    <Menu label="Message actions" class={`row-menu row-menu-${direction}`} onClose={onClose}>
      <MenuItem
        onChoose={() => {
          onClose();
          acts.dispatch({ type: 'draft', draft: { kind: 'reply', message } });
        }}
      >
        <Icon name="reply" /> Reply
      </MenuItem>
      <MenuItem
        onChoose={() => {
          onClose();
          void acts.pin(message, !pinned);
        }}
      >
        <Icon name="pin" /> {pinned ? 'Unpin' : 'Pin'}
      </MenuItem>
      {own && message.via_bot === undefined && message.text !== undefined && (
        <MenuItem
          onChoose={() => {
            onClose();
            acts.dispatch({ type: 'draft', draft: { kind: 'edit', message } });
          }}
        >
          <Icon name="edit" /> Edit
        </MenuItem>
      )}
      {text !== undefined && (
        <MenuItem
          onChoose={() => {
            onClose();
            void acts.copy(text);
          }}
        >
          <Icon name="copy" /> Copy text
        </MenuItem>
      )}
    </Menu>
  );
}
