import { usePage } from '../page-context.js';

/** Shown beside the chat list while no chat is open. */
export function Welcome() {
  const { state } = usePage();
  return (
    <div class="welcome wallpaper">
      <p class="pill">{state.loaded ? 'Select a chat to start messaging' : 'Loading…'}</p>
    </div>
  );
}
