import { useState } from 'preact/hooks';
import { usePage } from '../page-context.js';
import type { ShownKeyboard } from '../reply-keyboard.js';
import { viewer } from '../selectors.js';
import type { KeyboardButton } from '../wire.js';
import { Dialog, DialogActions } from './dialog.js';

/** The bot's reply keyboard under the composer. */
export function ReplyKeyboard({ keyboard, chatId }: { keyboard: ShownKeyboard; chatId: number }) {
  const { state, acts } = usePage();
  const [asking, setAsking] = useState(false);
  const { markup, messageId, rows } = keyboard;

  async function used(sent: Promise<boolean>): Promise<void> {
    if ((await sent) && markup.one_time_keyboard) {
      acts.dispatch({ type: 'keyboardFolded', chatId, messageId });
    }
  }

  function press(button: KeyboardButton): void {
    if (button.request_contact) setAsking(true);
    else if (
      button.request_location ||
      button.request_poll ||
      button.request_users ||
      button.request_chat ||
      button.web_app
    ) {
      acts.toast('The playground cannot press this kind of button yet.');
    } else void used(acts.sendText(button.text));
  }

  return (
    <div
      class={`reply-keyboard ${markup.resize_keyboard ? '' : 'reply-keyboard-tall'}`}
      role="group"
      aria-label="Reply keyboard"
    >
      {rows.map((row, y) => (
        <div key={y} class="reply-row">
          {row.map((button, x) => (
            <button key={x} type="button" class="reply-button" onClick={() => press(button)}>
              {button.text}
            </button>
          ))}
        </div>
      ))}
      {asking && (
        <Dialog title="Share your phone number?" onClose={() => setAsking(false)}>
          <p class="dialog-text">
            {state.bot?.me.first_name ?? 'The bot'} will know the phone number of{' '}
            {viewer(state)?.first_name}.
          </p>
          <DialogActions onCancel={() => setAsking(false)}>
            <button
              type="button"
              class="button"
              onClick={() => {
                setAsking(false);
                void used(acts.sendContact());
              }}
            >
              Share
            </button>
          </DialogActions>
        </Dialog>
      )}
    </div>
  );
}
