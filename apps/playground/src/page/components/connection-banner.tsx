import { usePage } from '../page-context.js';

/** Says that the live connection is lost; the event stream comes back by itself. */
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
