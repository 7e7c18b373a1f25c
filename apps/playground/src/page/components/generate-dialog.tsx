import { usePage } from '../page-context.js';
import { Dialog, DialogActions } from './dialog.js';

const types: readonly [type: string, label: string, name: string][] = [
  ['application/octet-stream', 'Any bytes', 'large.bin'],
  ['application/pdf', 'PDF', 'large.pdf'],
  ['image/png', 'PNG', 'large.png'],
  ['video/mp4', 'MP4', 'large.mp4'],
];

/**
 * Asks for the size of a file that the playground generates. Nothing is uploaded, so it may be as large as at Telegram.
 */
export function GenerateDialog({ onClose }: { onClose: () => void }) {
  const { acts } = usePage();

  async function onSubmit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const chosen = types.find(([type]) => type === form.get('type')) ?? types[0];
    const [type, , name] = chosen as (typeof types)[number];
    const size = Math.round(Number(form.get('megabytes')) * 2 ** 20);
    const given = (form.get('name') as string).trim();
    if (await acts.sendGenerated({ type, size, name: given || name })) onClose();
  }

  return (
    <Dialog title="Send a large file" onClose={onClose}>
      <form onSubmit={(event) => void onSubmit(event)}>
        <p class="dialog-text">The playground generates the content; nothing is uploaded.</p>
        <label class="field">
          Size in MB, up to 2000
          <input name="megabytes" type="number" min={1} max={2000} defaultValue="15" required />
        </label>
        <label class="field">
          Type
          <select class="select" name="type">
            {types.map(([type, label]) => (
              <option key={type} value={type}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          Name
          <input name="name" maxLength={200} autocomplete="off" placeholder="large.bin" />
        </label>
        <DialogActions onCancel={onClose}>
          <button class="button">Send</button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
