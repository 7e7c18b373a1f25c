import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

/** Text that stays hidden until it is clicked. */
export function Spoiler({ children }: { children: ComponentChildren }) {
  const [shown, setShown] = useState(false);
  if (shown) return <span>{children}</span>;
  return (
    <button
      type="button"
      class="spoiler"
      aria-label="Hidden text, press to show"
      onClick={() => setShown(true)}
    >
      {children}
    </button>
  );
}
