import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { matchingCommands } from '../commands.js';
import { usePage } from '../page-context.js';
import { messageLength, splitText } from '../split-text.js';
import { inlineQueryIn, useInlineQuery } from '../use-inline-query.js';
import type { BotCommand, Chat, Message } from '../wire.js';
import { AttachButton } from './attach-button.js';
import { CommandList } from './command-list.js';
import { ComposerBar } from './composer-bar.js';
import { Icon } from './icon.js';
import { InlineResults } from './inline-results.js';

/** Unsent drafts by user and chat. */
const unsent = new Map<string, string>();

interface ComposerProps {
  chat: Chat;
  messages: readonly Message[];
  /** The message that the bot asks the user to reply to. */
  question: Message | undefined;
  onFreed: () => void;
  placeholder: string | undefined;
  /** Undefined when the bot has no reply keyboard. */
  keyboardFolded: boolean | undefined;
  onToggleKeyboard: () => void;
}

/** The message input. Enter sends, Shift+Enter inserts a line break, Arrow Up edits the user's last message. */
export function Composer(props: ComposerProps) {
  const { chat, messages, question, keyboardFolded } = props;
  const { state, acts } = usePage();
  const place = `${state.viewerId}:${chat.id}`;
  const [text, setText] = useState(unsent.get(place) ?? '');
  const [list, setList] = useState<'typed' | 'all' | 'closed'>('typed');
  const [choice, setChoice] = useState(0);
  const field = useRef<HTMLTextAreaElement>(null);
  const { draft } = state;
  const editing = draft?.kind === 'edit' ? draft.message : undefined;
  const replying = draft?.kind === 'reply' ? draft.message : editing ? undefined : question;
  const commands = matchingCommands(state.bot?.commands ?? [], text, list === 'all');
  const open = list !== 'closed' && commands.length > 0;
  const chosen = Math.min(choice, commands.length - 1);
  const inlineQuery =
    list === 'closed' || editing ? undefined : inlineQueryIn(text, state.bot?.me.username);
  const offered = useInlineQuery(inlineQuery);
  const offers = offered?.results ?? [];
  const offer = Math.min(choice, offers.length - 1);
  const { prefill } = state.inline;

  useEffect(() => {
    if (editing) setText(editing.text ?? '');
    if (draft) field.current?.focus();
  }, [draft]);

  useEffect(() => {
    if (prefill?.chatId !== chat.id) return;
    type(prefill.text);
    field.current?.focus();
    acts.dispatch({ type: 'prefilled', prefill: undefined });
  }, [prefill]);

  // Takes the focus when nothing else has it, except where that would open an on-screen keyboard.
  useEffect(() => {
    const idle = document.activeElement === document.body;
    if (idle && matchMedia('(hover: hover)').matches) field.current?.focus();
  }, [messages.at(-1)?.message_id]);

  useLayoutEffect(() => {
    if (!editing) unsent.set(place, text);
    const { current } = field;
    if (!current) return;
    current.style.height = 'auto';
    current.style.height = `${current.scrollHeight}px`;
  }, [text]);

  function type(next: string): void {
    setText(next);
    setList('typed');
    setChoice(0);
  }

  function cancel(): void {
    if (draft) acts.dispatch({ type: 'draft', draft: undefined });
    else props.onFreed();
    if (editing) type('');
  }

  async function send(words: string): Promise<void> {
    const parts = splitText(words);
    const [first] = parts;
    if (first === undefined) return;
    if (editing && parts.length > 1) {
      const over = words.trim().length - messageLength;
      const text = `An edited message stays one message: remove ${over} characters.`;
      acts.dispatch({ type: 'notice', notice: { kind: 'error', text } });
      return;
    }
    type('');
    if (draft) acts.dispatch({ type: 'draft', draft: undefined });
    while (parts[0] !== undefined) {
      const reply = parts[0] === first ? replying : undefined;
      const sent = editing ? acts.edit(editing, first) : acts.sendText(parts[0], reply);
      if (!(await sent)) break;
      parts.shift();
    }
    // Keep what could not be sent, unless the user has typed something else in the meantime.
    const rest = parts.join('\n');
    if (rest) setText((now) => now || rest);
  }

  async function chooseOffer({ queryId, result }: (typeof offers)[number]): Promise<void> {
    const words = text;
    type('');
    field.current?.focus();
    if (draft) acts.dispatch({ type: 'draft', draft: undefined });
    if (!(await acts.chooseInline(queryId, result.id, replying))) setText((now) => now || words);
  }

  function choose({ command }: BotCommand): void {
    const bot = state.bot?.me.username;
    void send(chat.type === 'private' || !bot ? `/${command}` : `/${command}@${bot}`);
    field.current?.focus();
  }

  function editLast(): boolean {
    const last = messages.findLast((message) => message.from?.id === state.viewerId);
    if (text || draft || last?.text === undefined) return false;
    acts.dispatch({ type: 'draft', draft: { kind: 'edit', message: last } });
    return true;
  }

  /** True when the key was handled. */
  function handleKey(event: KeyboardEvent): boolean {
    const command = open ? commands[chosen] : undefined;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const result = offers[offer];
    if (result && step !== 0) {
      setChoice((offer + step + offers.length) % offers.length);
      if (offer + step >= offers.length - 1) offered?.more();
      return true;
    }
    if (result && event.key === 'Enter' && !event.shiftKey) {
      void chooseOffer(result);
      return true;
    }
    if (offered && event.key === 'Escape') {
      setList('closed');
      return true;
    }
    if (command && step !== 0) setChoice((chosen + step + commands.length) % commands.length);
    else if (command && event.key === 'Escape') setList('closed');
    else if (command && (event.key === 'Tab' || event.key === 'Enter') && !event.shiftKey) {
      choose(command);
    } else if (event.key === 'Enter' && !event.shiftKey) void send(text);
    else if (event.key === 'Escape' && (draft ?? question)) cancel();
    else return event.key === 'ArrowUp' && editLast();
    return true;
  }

  const listId = open ? 'commands' : offers.length > 0 ? 'inline-results' : undefined;
  return (
    <div class="composer">
      {open && <CommandList id="commands" commands={commands} chosen={chosen} onChoose={choose} />}
      {offered && (offers.length > 0 || offered.button) && (
        <InlineResults
          id="inline-results"
          offered={offered}
          chosen={offer}
          onChoose={(one) => void chooseOffer(one)}
        />
      )}
      {(editing ?? replying) && (
        <ComposerBar
          kind={editing ? 'edit' : 'reply'}
          message={(editing ?? replying) as Message}
          onCancel={cancel}
        />
      )}
      <form
        class="composer-line"
        onSubmit={(event) => {
          event.preventDefault();
          void send(text);
        }}
      >
        {(state.bot?.commands.length ?? 0) > 0 && (
          <button
            type="button"
            class="icon-button"
            aria-label="Commands"
            aria-expanded={open}
            onClick={() => {
              setList(open ? 'closed' : 'all');
              field.current?.focus();
            }}
          >
            <Icon name="command" />
          </button>
        )}
        <AttachButton />
        <textarea
          ref={field}
          rows={1}
          class="composer-field"
          aria-label="Message"
          aria-haspopup="listbox"
          aria-autocomplete="list"
          aria-controls={listId}
          aria-activedescendant={listId && `${listId}-${open ? chosen : offer}`}
          placeholder={props.placeholder ?? 'Message'}
          value={text}
          onInput={(event) => type(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (!event.isComposing && handleKey(event)) event.preventDefault();
          }}
        />
        {offered?.waiting && (
          <span class="spinner" role="status" aria-label="The bot is searching" />
        )}
        {keyboardFolded !== undefined && (
          <button
            type="button"
            class="icon-button"
            aria-label={keyboardFolded ? 'Show the keyboard' : 'Hide the keyboard'}
            aria-pressed={!keyboardFolded}
            onClick={props.onToggleKeyboard}
          >
            <Icon name="keyboard" />
          </button>
        )}
        <button class="send-button" aria-label={editing ? 'Save' : 'Send'} disabled={!text.trim()}>
          <Icon name={editing ? 'check' : 'send'} />
        </button>
      </form>
    </div>
  );
}
