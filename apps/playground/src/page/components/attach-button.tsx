import { useRef, useState } from 'preact/hooks';
import { AttachDialog } from './attach-dialog.js';
import { Icon } from './icon.js';
import { Menu } from './menu.js';
import { MenuItem } from './menu-item.js';

/** The paper clip: a photo or a file, with a caption. */
export function AttachButton() {
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<{ file: File; kind: 'photo' | 'document' } | undefined>();
  const photo = useRef<HTMLInputElement>(null);
  const document = useRef<HTMLInputElement>(null);

  function input(kind: 'photo' | 'document') {
    return (
      <input
        ref={kind === 'photo' ? photo : document}
        type="file"
        hidden
        data-kind={kind}
        {...(kind === 'photo' ? { accept: 'image/*' } : {})}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) setChosen({ file, kind });
          event.currentTarget.value = '';
        }}
      />
    );
  }

  return (
    <div class="attach">
      <button
        type="button"
        class="icon-button"
        aria-label="Attach"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(true)}
      >
        <Icon name="clip" />
      </button>
      {input('photo')}
      {input('document')}
      {open && (
        <Menu label="Attach" class="attach-menu" onClose={() => setOpen(false)}>
          <MenuItem
            onChoose={() => {
              setOpen(false);
              photo.current?.click();
            }}
          >
            <Icon name="photo" /> Photo
          </MenuItem>
          <MenuItem
            onChoose={() => {
              setOpen(false);
              document.current?.click();
            }}
          >
            <Icon name="file" /> File
          </MenuItem>
        </Menu>
      )}
      {chosen && <AttachDialog {...chosen} onClose={() => setChosen(undefined)} />}
    </div>
  );
}
