import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Attachment } from '../attachments.js';
import { fileSize } from '../file-size.js';
import { usePage } from '../page-context.js';
import { Dialog, DialogActions } from './dialog.js';
import { Icon } from './icon.js';

/** Previews the chosen files and asks for a caption. */
export function AttachDialog(props: {
  files: readonly File[];
  attachment: Attachment;
  onClose: () => void;
}) {
  const { files, attachment, onClose } = props;
  const { acts } = usePage();
  const [sending, setSending] = useState(false);
  const what = attachment.label.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());

  async function onSubmit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const caption = new FormData(event.currentTarget as HTMLFormElement).get('caption') as string;
    setSending(true);
    if (await acts.sendFiles(files, attachment.kind, caption.trim())) onClose();
    else setSending(false);
  }

  return (
    <Dialog
      title={files.length > 1 ? `Send ${files.length} files as album` : `Send ${what}`}
      onClose={onClose}
    >
      <form onSubmit={(event) => void onSubmit(event)}>
        <ul class="previews">
          {files.map((file) => (
            <li key={file.name}>
              {file.type.startsWith('image/') ? <Preview file={file} /> : <FileLine file={file} />}
            </li>
          ))}
        </ul>
        <label class="field">
          Caption
          <input name="caption" maxLength={1024} autocomplete="off" autofocus />
        </label>
        <DialogActions onCancel={onClose}>
          <button class="button" disabled={sending}>
            {sending ? 'Sending…' : 'Send'}
          </button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function Preview({ file }: { file: File }) {
  const url = useMemo(() => URL.createObjectURL(file), [file]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return <img class="preview" src={url} alt={file.name} />;
}

function FileLine({ file }: { file: File }) {
  return (
    <p class="preview-file">
      <Icon name="document" /> {file.name} · {fileSize(file.size)}
    </p>
  );
}
