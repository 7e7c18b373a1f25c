import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/**
 * A pop-up menu. The first item gets the focus, the arrow keys move it; Escape or a click elsewhere closes the menu.
 */
export function Menu(props: {
  label: string;
  class: string;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const { label, onClose, children } = props;
  const menu = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const opener = document.activeElement;
    items(menu.current)[0]?.focus({ preventScroll: true });
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !menu.current?.contains(event.target)) onClose();
    };
    addEventListener('pointerdown', outside);
    return () => {
      removeEventListener('pointerdown', outside);
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);

  function onKeyDown(event: KeyboardEvent): void {
    const all = items(menu.current);
    const at = all.findIndex((item) => item === document.activeElement);
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else if (step !== 0) all[(at + step + all.length) % all.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div
      ref={menu}
      role="menu"
      aria-label={label}
      class={`menu ${props.class}`}
      onKeyDown={onKeyDown}
    >
      {children}
    </div>
  );
}

function items(menu: HTMLElement | null): HTMLElement[] {
  return [...(menu?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
}
