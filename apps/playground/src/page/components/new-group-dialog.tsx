import { useState } from 'preact/hooks';
import { fullName } from '../names.js';
import { usePage } from '../page-context.js';
import { Avatar } from './avatar.js';
import { Dialog, DialogActions } from './dialog.js';

type Role = 'none' | 'member' | 'admin';

/** Creates a group with a title and members, and opens it. The bot is always a member. */
export function NewGroupDialog({ onClose }: { onClose: () => void }) {
  const { state, acts } = usePage();
  const [roles, setRoles] = useState<Readonly<Record<number, Role>>>(
    state.viewerId === undefined ? {} : { [state.viewerId]: 'admin' },
  );
  const roleOf = (id: number): Role => roles[id] ?? 'none';

  async function onSubmit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const members = state.users.map((user) => user.id).filter((id) => roleOf(id) !== 'none');
    const admins = members.filter((id) => roleOf(id) === 'admin');
    if (await acts.createGroup((form.get('title') as string).trim(), members, admins)) onClose();
  }

  return (
    <Dialog title="New group" onClose={onClose}>
      <form onSubmit={(event) => void onSubmit(event)}>
        <label class="field">
          Title
          <input name="title" required pattern=".*\S.*" maxLength={128} autocomplete="off" />
        </label>
        <ul class="people">
          {state.users.map((user) => (
            <li key={user.id} class="person">
              <Avatar id={user.id} name={fullName(user)} size="small" />
              <span class="person-name">{fullName(user)}</span>
              <select
                class="select"
                aria-label={`Role of ${fullName(user)}`}
                value={roleOf(user.id)}
                disabled={user.id === state.viewerId}
                onChange={(event) =>
                  setRoles({ ...roles, [user.id]: event.currentTarget.value as Role })
                }
              >
                <option value="none">Not in</option>
                <option value="member">Member</option>
                <option value="admin">Admin</option>
              </select>
            </li>
          ))}
        </ul>
        <DialogActions onCancel={onClose}>
          <button class="button">Create group</button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
