import { timeOfDay } from '../clock.js';
import { fullName, tone } from '../names.js';
import { usePage } from '../page-context.js';
import { summary } from '../summary.js';
import type { Message, User } from '../wire.js';
import { Media } from './media.js';
import { RichText } from './rich-text.js';

/** One message: its author, the quoted reply, media, text and time. */
export function Bubble(props: {
  message: Message;
  album: readonly Message[];
  author: User | undefined;
}) {
  const { message, album, author } = props;
  const { acts } = usePage();
  const { reply_to_message: replied, forward_origin: origin } = message;
  const { text, entities } = wordsOf([message, ...album]);
  const bare = Boolean(message.sticker ?? message.dice) && text === undefined;
  return (
    <div class={`bubble ${bare ? 'bubble-bare' : ''} ${message.photo ? 'bubble-photo' : ''}`}>
      {author && <p class={`bubble-author ink-${tone(author.id)}`}>{fullName(author)}</p>}
      {message.via_bot && (
        <p class="bubble-forwarded">
          via{' '}
          <button
            type="button"
            class="command-link"
            onClick={() => acts.fillComposer(message.chat.id, '')}
          >
            @{message.via_bot.username}
          </button>
        </p>
      )}
      {origin && (
        <p class="bubble-forwarded">
          Forwarded from{' '}
          {origin.sender_user
            ? fullName(origin.sender_user)
            : (origin.sender_user_name ?? origin.chat?.title ?? 'someone')}
        </p>
      )}
      {replied && (
        <p class={`quote ink-${tone(replied.from?.id ?? 0)}`}>
          <b>{replied.from ? fullName(replied.from) : 'Someone'}</b>
          <span>{summary(replied)}</span>
        </p>
      )}
      {album.length > 0 ? <Album messages={[message, ...album]} /> : <Media message={message} />}
      {text !== undefined && (
        <div class="bubble-text">
          <RichText text={text} entities={entities} />
        </div>
      )}
      <span class="bubble-time">
        {message.edit_date !== undefined && <span class="bubble-edited">edited </span>}
        <time dateTime={new Date(message.date * 1000).toISOString()}>
          {timeOfDay(message.date)}
        </time>
      </span>
    </div>
  );
}

/** The media of an album: pictures in a grid, files in a list. */
function Album({ messages }: { messages: readonly Message[] }) {
  const pictures = messages.every(({ photo, video }) => photo ?? video);
  return (
    <div class={pictures ? 'album album-pictures' : 'album'}>
      {messages.map((message) => (
        <Media key={message.message_id} message={message} />
      ))}
    </div>
  );
}

/** The text of a message; for an album, that of the first message with any. */
function wordsOf(messages: readonly Message[]) {
  const worded = messages.find(({ text, caption }) => (text ?? caption) !== undefined);
  return {
    text: worded?.text ?? worded?.caption,
    entities: worded?.entities ?? worded?.caption_entities,
  };
}
