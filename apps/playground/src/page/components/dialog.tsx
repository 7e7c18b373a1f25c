import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A modal window; Escape and a click beside it close it, as the browser's own dialog does. */
export function Dialog(props: { title: string; onClose: () => void; children: ComponentChildren }) {
  const { title, onClose, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-label={title}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div class="dialog-body">
        <h2 class="dialog-title">{title}</h2>
        {children}
      </div>
    </dialog>
  );
}

/** The row of buttons at the end of a dialog: Cancel, then the dialog's own. */
export function DialogActions(props: { onCancel: () => void; children: ComponentChildren }) {
  return (
    <div class="dialog-actions">
      <button type="button" class="button button-quiet" onClick={props.onCancel}>
        Cancel
      </button>
      {props.children}
    </div>
  );
}
