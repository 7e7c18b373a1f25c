import { fullName } from '../names.js';
import { summary } from '../summary.js';
import type { Message } from '../wire.js';
import { Icon } from './icon.js';

/** The message being edited or replied to, shown above the composer. */
export function ComposerBar(props: {
  kind: 'edit' | 'reply';
  message: Message;
  onCancel: () => void;
}) {
  const { kind, message, onCancel } = props;
  const author = message.from ? fullName(message.from) : 'someone';
  return (
    <div class="composer-bar">
      <Icon name={kind} />
      <p class="quote">
        <b>{kind === 'edit' ? 'Edit message' : `Reply to ${author}`}</b>
        <span>{summary(message)}</span>
      </p>
      <button type="button" class="icon-button" aria-label="Cancel" onClick={onCancel}>
        <Icon name="close" />
      </button>
    </div>
  );
}
