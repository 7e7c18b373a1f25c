import { useEffect, useState } from 'preact/hooks';
import { usePage } from '../page-context.js';
import { summary } from '../summary.js';
import type { ChatEntry, Message } from '../wire.js';
import { Icon } from './icon.js';

/** The newest pinned message, below the header. A click scrolls to it and then shows the pin before it. */
export function PinnedBar({ entry, messages }: { entry: ChatEntry; messages: readonly Message[] }) {
  const { acts } = usePage();
  const [steps, setSteps] = useState(0);
  const pins = entry.pinned
    .map((id) => messages.find(({ message_id }) => message_id === id))
    .filter((message) => message !== undefined);
  useEffect(() => setSteps(0), [entry.pinned.join()]);
  const at = pins.length - 1 - (steps % Math.max(1, pins.length));
  const shown = pins[at];
  if (!shown) return null;

  function show(message: Message): void {
    document
      .querySelector(`[data-message-id="${message.message_id}"]`)
      ?.scrollIntoView({ block: 'center' });
    setSteps(steps + 1);
  }

  return (
    <div class="pinned-bar">
      <button type="button" class="pinned-message" onClick={() => show(shown)}>
        <span class="quote">
          <b>{pins.length > 1 ? `Pinned message ${at + 1} of ${pins.length}` : 'Pinned message'}</b>
          <span>{summary(shown)}</span>
        </span>
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="Unpin"
        onClick={() => void acts.pin(shown, false)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
