import { useRef, useState } from 'preact/hooks';
import { attachments, type Attachment } from '../attachments.js';
import { AttachDialog } from './attach-dialog.js';
import { GenerateDialog } from './generate-dialog.js';
import { Icon } from './icon.js';
import { Menu } from './menu.js';
import { MenuItem } from './menu-item.js';

/** The attachment menu: every kind of file, albums, and generated files. */
export function AttachButton() {
  const [open, setOpen] = useState<'menu' | 'generate' | undefined>();
  const [chosen, setChosen] = useState<{ files: File[]; attachment: Attachment } | undefined>();
  const inputs = useRef(new Map<Attachment, HTMLInputElement>());

  return (
    <div class="attach">
      <button
        type="button"
        class="icon-button"
        aria-label="Attach"
        aria-haspopup="menu"
        aria-expanded={open === 'menu'}
        onClick={() => setOpen('menu')}
      >
        <Icon name="clip" />
      </button>
      {attachments.map((attachment) => (
        <input
          key={attachment.kind}
          ref={(input) => void (input && inputs.current.set(attachment, input))}
          type="file"
          hidden
          data-kind={attachment.kind}
          multiple={attachment.inAlbum}
          {...(attachment.accept && { accept: attachment.accept })}
          onChange={(event) => {
            const files = [...(event.currentTarget.files ?? [])];
            if (files.length > 0) setChosen({ files, attachment });
            event.currentTarget.value = '';
          }}
        />
      ))}
      {open === 'menu' && (
        <Menu label="Attach" class="attach-menu" onClose={() => setOpen(undefined)}>
          {attachments.map((attachment) => (
            <MenuItem
              key={attachment.kind}
              onChoose={() => {
                setOpen(undefined);
                inputs.current.get(attachment)?.click();
              }}
            >
              <Icon name={attachment.kind} /> {attachment.label}
            </MenuItem>
          ))}
          <hr />
          <MenuItem onChoose={() => setOpen('generate')}>
            <Icon name="plus" /> Large file…
          </MenuItem>
        </Menu>
      )}
      {open === 'generate' && <GenerateDialog onClose={() => setOpen(undefined)} />}
      {chosen && <AttachDialog {...chosen} onClose={() => setChosen(undefined)} />}
    </div>
  );
}
