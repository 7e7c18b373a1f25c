import type { ComponentChildren } from 'preact';

/** A menu entry; `checked` makes it a radio item. */
export function MenuItem(props: {
  checked?: boolean;
  onChoose: () => void;
  children: ComponentChildren;
}) {
  const { checked, onChoose, children } = props;
  return (
    <button
      type="button"
      tabIndex={-1}
      class="menu-item"
      role={checked === undefined ? 'menuitem' : 'menuitemradio'}
      aria-checked={checked}
      onClick={onChoose}
    >
      {children}
    </button>
  );
}
