import { safeLink } from '../entities.js';
import { usePage } from '../page-context.js';
import type { InlineButton, Message } from '../wire.js';
import { Icon } from './icon.js';

/** The buttons under a message. */
export function InlineKeyboard({ message, rows }: { message: Message; rows: InlineButton[][] }) {
  return (
    <div class="inline-keyboard" role="group" aria-label="Buttons">
      {rows.map((row, y) => (
        <div key={y} class="inline-row">
          {row.map((button, x) => (
            <Button
              key={x}
              button={button}
              message={message}
              pressKey={`${message.chat.id}:${message.message_id}:${y}:${x}`}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

function Button(props: { button: InlineButton; message: Message; pressKey: string }) {
  const { state, acts } = usePage();
  const { button, message, pressKey } = props;
  const link = button.url ?? button.login_url?.url ?? button.web_app?.url;
  const target = link && safeLink(link);
  if (target) {
    return (
      <a class="inline-button" href={target} target="_blank" rel="noopener noreferrer">
        {button.text}
        <Icon name="link" />
      </a>
    );
  }
  const waiting = state.presses.some((press) => press.key === pressKey);

  function onClick(): void {
    if (button.callback_data !== undefined) {
      void acts.press(message, pressKey, button.callback_data);
    } else if (button.copy_text) {
      void acts.copy(button.copy_text.text);
    } else {
      acts.toast('The playground cannot press this kind of button yet.');
    }
  }

  return (
    <button type="button" class="inline-button" aria-busy={waiting} onClick={onClick}>
      {button.text}
      {waiting && <span class="spinner" aria-hidden="true" />}
    </button>
  );
}
