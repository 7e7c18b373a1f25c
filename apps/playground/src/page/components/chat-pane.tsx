import { useState } from 'preact/hooks';
import { usePage } from '../page-context.js';
import { forcedReply, replyKeyboard } from '../reply-keyboard.js';
import { openMessages, viewer } from '../selectors.js';
import type { ChatEntry } from '../wire.js';
import { ChatHeader } from './chat-header.js';
import { Composer } from './composer.js';
import { EmptyChat } from './empty-chat.js';
import { History } from './history.js';
import { PinnedBar } from './pinned-bar.js';
import { ReplyKeyboard } from './reply-keyboard.js';

/** The open chat: header, history, composer and the bot's keyboard. */
export function ChatPane({ entry }: { entry: ChatEntry }) {
  const { state, acts } = usePage();
  const [freed, setFreed] = useState<number | undefined>();
  const me = viewer(state);
  const messages = openMessages(state);
  if (!me) return null;
  const keyboard = messages && replyKeyboard(messages, me);
  const folded = keyboard && state.foldedKeyboards[entry.chat.id] === keyboard.messageId;
  const question = messages && forcedReply(messages, me);
  return (
    <section class="chat" aria-label="Open chat">
      <ChatHeader entry={entry} />
      <PinnedBar entry={entry} messages={messages ?? []} />
      {messages?.length === 0 ? (
        <EmptyChat isPrivate={entry.chat.type === 'private'} />
      ) : (
        <History entry={entry} messages={messages ?? []} viewerId={me.id} />
      )}
      <Composer
        chat={entry.chat}
        messages={messages ?? []}
        question={question && question.message_id !== freed ? question : undefined}
        onFreed={() => setFreed(question?.message_id)}
        placeholder={
          (folded ? undefined : (keyboard?.markup ?? question?.reply_markup))
            ?.input_field_placeholder
        }
        keyboardFolded={folded}
        onToggleKeyboard={() =>
          acts.dispatch({
            type: 'keyboardFolded',
            chatId: entry.chat.id,
            messageId: folded ? undefined : keyboard?.messageId,
          })
        }
      />
      {keyboard && !folded && <ReplyKeyboard keyboard={keyboard} chatId={entry.chat.id} />}
    </section>
  );
}
