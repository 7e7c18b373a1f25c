import type { Message } from '../wire.js';

/** A poll as it stands; voting is not part of the playground. */
export function Poll({ poll }: { poll: NonNullable<Message['poll']> }) {
  return (
    <div class="poll">
      <b>{poll.question}</b>
      <ul>
        {poll.options.map((option, index) => (
          <li key={index}>
            {option.text}
            <span class="poll-votes">{option.voter_count}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
