import { usePage } from '../page-context.js';

/** Shown while the event stream is disconnected; it reconnects automatically. */
export function ConnectionBanner() {
  const { state } = usePage();
  if (state.connection !== 'lost') return null;
  return (
    <div class="banner" role="status">
      <span class="spinner" aria-hidden="true" />
      Connection to the playground lost. Reconnecting…
    </div>
  );
}
