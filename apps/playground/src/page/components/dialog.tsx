import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A modal dialog, closed by Escape or by a click outside. */
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

/** The buttons at the bottom of a dialog: Cancel, followed by the children. */
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
