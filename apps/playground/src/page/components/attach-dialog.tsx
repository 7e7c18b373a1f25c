import { useEffect, useMemo, useState } from 'preact/hooks';
import { usePage } from '../page-context.js';
import { Dialog } from './dialog.js';
import { Icon } from './icon.js';

/** Shows what is about to be sent and asks for a caption. */
export function AttachDialog(props: {
  file: File;
  kind: 'photo' | 'document';
  onClose: () => void;
}) {
  const { file, kind, onClose } = props;
  const { acts } = usePage();
  const [sending, setSending] = useState(false);
  const preview = useMemo(() => URL.createObjectURL(file), [file]);
  useEffect(() => () => URL.revokeObjectURL(preview), [preview]);

  async function onSubmit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const caption = new FormData(event.currentTarget as HTMLFormElement).get('caption') as string;
    setSending(true);
    if (await acts.sendFile(file, kind, caption.trim())) onClose();
    else setSending(false);
  }

  return (
    <Dialog title={kind === 'photo' ? 'Send photo' : 'Send file'} onClose={onClose}>
      <form onSubmit={(event) => void onSubmit(event)}>
        {kind === 'photo' ? (
          <img class="preview" src={preview} alt={file.name} />
        ) : (
          <p class="preview-file">
            <Icon name="file" /> {file.name}
          </p>
        )}
        <label class="field">
          Caption
          <input name="caption" maxLength={1024} autocomplete="off" autofocus />
        </label>
        <div class="dialog-actions">
          <button type="button" class="button button-quiet" onClick={onClose}>
            Cancel
          </button>
          <button class="button" disabled={sending}>
            Send
          </button>
        </div>
      </form>
    </Dialog>
  );
}
