import { useState } from 'preact/hooks';
import { usePage } from '../page-context.js';
import { Icon } from './icon.js';
import { Menu } from './menu.js';
import { MenuItem } from './menu-item.js';

/** The menu of a basic group. */
export function GroupMenu() {
  const { acts } = usePage();
  const [open, setOpen] = useState(false);
  return (
    <div class="group-actions">
      <button
        type="button"
        class="icon-button"
        aria-label="Group actions"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(true)}
      >
        <Icon name="more" />
      </button>
      {open && (
        <Menu label="Group actions" class="group-menu" onClose={() => setOpen(false)}>
          <MenuItem
            onChoose={() => {
              setOpen(false);
              void acts.upgradeGroup();
            }}
          >
            <Icon name="group" /> <span class="menu-text">Upgrade to supergroup</span>
          </MenuItem>
        </Menu>
      )}
    </div>
  );
}
