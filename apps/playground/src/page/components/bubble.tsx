import { timeOfDay } from '../clock.js';
import { fullName, tone } from '../names.js';
import { summary } from '../summary.js';
import type { Message, User } from '../wire.js';
import { Media } from './media.js';
import { RichText } from './rich-text.js';

/** One message: who and what it answers, its media, its text, its time. */
export function Bubble({ message, author }: { message: Message; author: User | undefined }) {
  const { reply_to_message: replied, forward_origin: origin } = message;
  const text = message.text ?? message.caption;
  const bare = Boolean(message.sticker ?? message.dice) && text === undefined;
  return (
    <div class={`bubble ${bare ? 'bubble-bare' : ''} ${message.photo ? 'bubble-photo' : ''}`}>
      {author && <p class={`bubble-author ink-${tone(author.id)}`}>{fullName(author)}</p>}
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
      <Media message={message} />
      {text !== undefined && (
        <div class="bubble-text">
          <RichText text={text} entities={message.entities ?? message.caption_entities} />
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
