import { useState } from 'preact/hooks';
import { safeLink } from '../entities.js';
import { usePage } from '../page-context.js';
import type { Chat, InlineButton, Message } from '../wire.js';
import { ChooseChatDialog } from './choose-chat-dialog.js';
import { Icon } from './icon.js';

/** The inline keyboard under a message. */
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
  const [choosing, setChoosing] = useState(false);
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
  const switching = switchOf(button);
  const waiting = state.presses.some((press) => press.key === pressKey);

  function onClick(): void {
    if (button.callback_data !== undefined) {
      void acts.press(message, pressKey, button.callback_data);
    } else if (button.copy_text) {
      void acts.copy(button.copy_text.text);
    } else if (button.switch_inline_query_current_chat !== undefined) {
      acts.fillComposer(message.chat.id, button.switch_inline_query_current_chat);
    } else if (switching) {
      const { returnTo } = state.inline;
      if (returnTo !== undefined && switching.isOffered === everyChat) {
        acts.fillComposer(returnTo, switching.query);
      } else setChoosing(true);
    } else {
      acts.toast('The playground cannot press this kind of button yet.');
    }
  }

  return (
    <>
      <button type="button" class="inline-button" aria-busy={waiting} onClick={onClick}>
        {button.text}
        {waiting && <span class="spinner" aria-hidden="true" />}
      </button>
      {choosing && switching && (
        <ChooseChatDialog
          isOffered={switching.isOffered}
          onClose={() => setChoosing(false)}
          onChoose={(chat) => {
            setChoosing(false);
            acts.fillComposer(chat.id, switching.query);
          }}
        />
      )}
    </>
  );
}

const everyChat = (): boolean => true;

/** The inline query of a switch button, and the chats in which it may be used; undefined for other buttons. */
function switchOf(button: InlineButton) {
  const { switch_inline_query: query, switch_inline_query_chosen_chat: chosen } = button;
  if (query !== undefined) return { query, isOffered: everyChat };
  if (!chosen) return undefined;
  const allowed: Record<Chat['type'], boolean | undefined> = {
    // The only private chat in the playground is the one with the bot.
    private: chosen.allow_bot_chats,
    group: chosen.allow_group_chats,
    supergroup: chosen.allow_group_chats,
    channel: chosen.allow_channel_chats,
  };
  const isOffered = (chat: Chat): boolean => allowed[chat.type] === true;
  return { query: chosen.query ?? '', isOffered };
}
