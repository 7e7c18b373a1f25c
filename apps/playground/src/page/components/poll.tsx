import { useEffect, useState } from 'preact/hooks';
import { usePage } from '../page-context.js';
import type { Message, Poll as PollShape } from '../wire.js';
import { Icon } from './icon.js';
import { RichText } from './rich-text.js';

/** A poll: its options, and the results once the user has voted or the poll is closed. */
export function Poll({ message, poll }: { message: Message; poll: PollShape }) {
  const { state, acts } = usePage();
  const [ticked, setTicked] = useState<readonly number[]>([]);
  const votes = state.pollVotes[poll.id];
  const mine = votes?.[state.viewerId ?? 0];
  const decided = mine !== undefined || poll.is_closed;
  const several = poll.allows_multiple_answers;
  const canRetract = mine && !poll.is_closed && (poll.allows_revoting ?? poll.type !== 'quiz');

  useEffect(() => {
    if (votes === undefined) void acts.loadPoll(poll.id);
  }, [poll.id]);

  function press(index: number): void {
    if (!several) void acts.vote(message, [index]);
    else if (ticked.includes(index)) setTicked(ticked.filter((other) => other !== index));
    else setTicked([...ticked, index]);
  }

  return (
    <div class="poll">
      <b>{poll.question}</b>
      <p class="poll-kind">{kindOf(poll)}</p>
      <ul>
        {poll.options.map((option, index) => (
          <li key={index}>
            {decided ? (
              <Result poll={poll} index={index} mine={mine?.includes(index) === true} />
            ) : (
              <button
                type="button"
                class="poll-option"
                role={several ? 'checkbox' : undefined}
                aria-checked={several ? ticked.includes(index) : undefined}
                onClick={() => press(index)}
              >
                <span class={several ? 'poll-mark poll-mark-square' : 'poll-mark'}>
                  {ticked.includes(index) && <Icon name="check" />}
                </span>
                {option.text}
              </button>
            )}
          </li>
        ))}
      </ul>
      {decided && poll.explanation && (
        <p class="poll-explanation">
          <RichText text={poll.explanation} entities={poll.explanation_entities} />
        </p>
      )}
      <p class="poll-foot">
        {several && !decided && ticked.length > 0 ? (
          <button type="button" class="poll-act" onClick={() => void acts.vote(message, ticked)}>
            Vote
          </button>
        ) : (
          <span>{countOf(poll)}</span>
        )}
        {canRetract && (
          <button
            type="button"
            class="poll-act"
            onClick={() => {
              setTicked([]);
              void acts.vote(message, []);
            }}
          >
            Retract vote
          </button>
        )}
      </p>
    </div>
  );
}

function Result({ poll, index, mine }: { poll: PollShape; index: number; mine: boolean }) {
  const count = poll.options[index]?.voter_count ?? 0;
  const percent = Math.round((100 * count) / Math.max(1, poll.total_voter_count));
  const right = poll.correct_option_ids ?? [poll.correct_option_id];
  const judged = poll.type !== 'quiz' ? '' : right.includes(index) ? 'right' : mine ? 'wrong' : '';
  const verdict = judged === 'right' ? 'right answer' : judged === 'wrong' ? 'wrong answer' : '';
  return (
    <div class={`poll-result ${judged && `poll-${judged}`}`}>
      <span class="poll-percent">{percent}%</span>
      <span class="poll-text">{poll.options[index]?.text}</span>
      <span class="poll-votes">
        {(mine || judged === 'right') && (
          <span role="img" aria-label={[mine && 'your vote', verdict].filter(Boolean).join(', ')}>
            <Icon name={judged === 'wrong' ? 'close' : 'check'} />
          </span>
        )}
        {count}
      </span>
      <span class="poll-bar" style={{ width: `${percent}%` }} />
    </div>
  );
}

function kindOf(poll: PollShape): string {
  if (poll.is_closed) return 'Final results';
  const what = poll.type === 'quiz' ? 'quiz' : 'poll';
  return poll.is_anonymous ? `Anonymous ${what}` : `Public ${what}`;
}

function countOf({ total_voter_count: voters, is_closed }: PollShape): string {
  if (voters === 0) return is_closed ? 'No votes' : 'No votes yet';
  return voters === 1 ? '1 vote' : `${voters} votes`;
}
