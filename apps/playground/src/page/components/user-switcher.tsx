import { useState } from 'preact/hooks';
import { fullName } from '../names.js';
import { usePage } from '../page-context.js';
import { unreadOf, viewer } from '../selectors.js';
import { Avatar } from './avatar.js';
import { Icon } from './icon.js';
import { Menu } from './menu.js';
import { MenuItem } from './menu-item.js';
import { NewGroupDialog } from './new-group-dialog.js';
import { NewUserDialog } from './new-user-dialog.js';

/** Load runs create users by the thousand; the menu shows the oldest ones. */
const shownUsers = 50;

/** The current user, and the menu that switches to another one. */
export function UserSwitcher() {
  const { state, acts } = usePage();
  const [open, setOpen] = useState<'menu' | 'user' | 'group' | undefined>();
  const close = (): void => setOpen(undefined);
  const me = viewer(state);
  const elsewhere = state.users.some((user) => user.id !== me?.id && unreadOf(state, user.id) > 0);
  return (
    <header class="switcher">
      <button
        type="button"
        class="switcher-button"
        aria-haspopup="menu"
        aria-expanded={open === 'menu'}
        aria-label={me ? `You are ${fullName(me)}. Switch user` : 'Switch user'}
        onClick={() => setOpen('menu')}
      >
        {me && <Avatar id={me.id} name={fullName(me)} size="small" />}
        <span class="switcher-name">
          {me ? fullName(me) : '…'}
          <small>{me?.username ? `@${me.username}` : me ? `id ${me.id}` : ''}</small>
        </span>
        {elsewhere && <span class="dot" aria-label="New messages for another user" />}
        <Icon name="down" />
      </button>
      {open === 'menu' && (
        <Menu label="Users" class="switcher-menu" onClose={close}>
          {state.users.slice(0, shownUsers).map((user) => (
            <MenuItem
              key={user.id}
              checked={user.id === me?.id}
              onChoose={() => {
                close();
                acts.switchUser(user.id);
              }}
            >
              <Avatar id={user.id} name={fullName(user)} size="small" />
              <span class="menu-text">{fullName(user)}</span>
              {unreadOf(state, user.id) > 0 && (
                <span class="badge">{unreadOf(state, user.id)}</span>
              )}
              {user.id === me?.id && <Icon name="check" />}
            </MenuItem>
          ))}
          <hr />
          <MenuItem onChoose={() => setOpen('user')}>
            <Icon name="person" /> New user…
          </MenuItem>
          <MenuItem onChoose={() => setOpen('group')}>
            <Icon name="group" /> New group…
          </MenuItem>
        </Menu>
      )}
      {open === 'user' && <NewUserDialog onClose={close} />}
      {open === 'group' && <NewGroupDialog onClose={close} />}
    </header>
  );
}
