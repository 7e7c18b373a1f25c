import { usePage } from '../page-context.js';
import { Dialog, DialogActions } from './dialog.js';

/** Creates a user and switches the page to them. */
export function NewUserDialog({ onClose }: { onClose: () => void }) {
  const { acts } = usePage();

  async function onSubmit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const field = (name: string): string => (form.get(name) as string).trim();
    const lastName = field('last_name');
    const username = field('username').replace(/^@/, '');
    const created = await acts.createUser({
      first_name: field('first_name'),
      ...(lastName ? { last_name: lastName } : {}),
      ...(username ? { username } : {}),
    });
    if (created) onClose();
  }

  return (
    <Dialog title="New user" onClose={onClose}>
      <form onSubmit={(event) => void onSubmit(event)}>
        <label class="field">
          First name
          <input name="first_name" required pattern=".*\S.*" maxLength={64} autocomplete="off" />
        </label>
        <label class="field">
          Last name
          <input name="last_name" maxLength={64} autocomplete="off" />
        </label>
        <label class="field">
          Username
          <input name="username" maxLength={33} pattern="@?[A-Za-z0-9_]*" autocomplete="off" />
        </label>
        <DialogActions onCancel={onClose}>
          <button class="button">Create user</button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
