import { fullName } from '../names.js';
import { usePage } from '../page-context.js';
import { Avatar } from './avatar.js';
import { Icon } from './icon.js';

/** Placeholder of an empty chat that explains how to start. */
export function EmptyChat({ isPrivate }: { isPrivate: boolean }) {
  const { state, acts } = usePage();
  const { bot } = state;
  const name = bot ? fullName(bot.me) : 'the bot';
  return (
    <div class="welcome wallpaper">
      <div class="card">
        <Avatar id={bot?.me.id ?? 0} name={name} size="large" bot />
        <h2>{isPrivate ? name : 'A new group'}</h2>
        {isPrivate ? (
          <p>
            This is a conversation on your own machine. Press <b>Start</b> to begin, or write a
            message below.
          </p>
        ) : (
          <p>The bot is in this group. Write a message, or a command such as /help.</p>
        )}
        {bot?.mode === 'none' && (
          <p class="card-hint">
            No bot is listening yet. What you write waits here until one sets a webhook or polls.
          </p>
        )}
        {isPrivate && (
          <button
            type="button"
            class="button button-wide"
            onClick={() => void acts.sendText('/start')}
          >
            <Icon name="start" /> Start
          </button>
        )}
      </div>
    </div>
  );
}
