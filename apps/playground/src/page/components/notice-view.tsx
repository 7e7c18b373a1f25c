import { useEffect } from 'preact/hooks';
import { usePage } from '../page-context.js';
import { Dialog } from './dialog.js';

const toastMs = 3500;
const errorMs = 6000;

/** A callback answer or an error: a toast that disappears on its own, or an alert with an OK button. */
export function NoticeView() {
  const { state, acts } = usePage();
  const { notice } = state;
  const close = (): void => acts.dispatch({ type: 'notice', notice: undefined });

  useEffect(() => {
    if (!notice || notice.kind === 'alert') return undefined;
    const timer = setTimeout(close, notice.kind === 'error' ? errorMs : toastMs);
    return () => clearTimeout(timer);
  }, [notice]);

  if (notice?.kind === 'alert') {
    return (
      <Dialog title={state.bot?.me.first_name ?? 'Bot'} onClose={close}>
        <p class="dialog-text">{notice.text}</p>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={close}>
            OK
          </button>
        </div>
      </Dialog>
    );
  }
  return (
    <div class="toasts" role={notice?.kind === 'error' ? 'alert' : 'status'}>
      {notice && <div class={`toast toast-${notice.kind}`}>{notice.text}</div>}
    </div>
  );
}
