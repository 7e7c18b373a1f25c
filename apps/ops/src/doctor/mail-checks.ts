import type { LaneSummary } from '@chatlane/lanes';
import { counted, span } from '../output/words.js';
import { finding, note, ok, type Examined, type Finding } from './finding.js';

/** A user who waits longer than this for a lane at rest has noticed. */
const NOTICED_MS = 60_000;

/** Lanes that are named; the others are only counted. */
const NAMED = 3;

/** Checks for events and bodies that are kept but not handled, and for lanes that do not go on. */
export function checkMail(examined: Examined): Finding[] {
  return [
    deadLetters(examined),
    parked(examined),
    ...files(examined),
    resting(examined),
    ...paused(examined),
  ];
}

function deadLetters({ deadLetters: count }: Examined): Finding {
  const check = 'dead-letters';
  if (count === 0) return ok(check, 'No event was given up.');
  return finding(
    check,
    `${counted(count, 'event')} given up and kept as dead letters.`,
    '`dead list` shows what they failed with; once that is repaired, `dead replay`, else `dead drop`.',
  );
}

function parked({ parked: count }: Examined): Finding {
  const check = 'parked-bodies';
  if (count === 0) return ok(check, 'All that arrived were updates.');
  return finding(
    check,
    `${counted(count, 'body', 'bodies')} acknowledged and parked: not updates, as far as the ingress could read.`,
    '`parked list` says why. After an upgrade try `parked replay --all`, else `parked drop`. Telegram sends nothing of the kind: who else knows WEBHOOK_SECRET?',
  );
}

function files({ deadDownloads: count }: Examined): Finding[] {
  if (count === 0) return [];
  const what = `${counted(count, 'download')} given up; their users were told.`;
  return [note('downloads', `${what} \`files list\` says why, \`files retry\` tries again.`)];
}

function resting({ resting: lanes, now }: Examined): Finding {
  const check = 'resting-lanes';
  const long = lanes.filter(({ at, oldestMs = 0 }) => Math.max(oldestMs, at - now) > NOTICED_MS);
  if (long.length === 0) return ok(check, 'No lane rests for long.');
  const waiting = long.reduce((sum, lane) => sum + lane.waiting, 0);
  const oldestMs = Math.max(...long.map((lane) => lane.oldestMs ?? 0));
  const shown = long.map((lane) => {
    const rest = lane.at > now ? `for ${span(lane.at - now)} more` : 'until now';
    return `${lane.lane} ${rest}${why(lane)}`;
  });
  return finding(
    check,
    `${counted(long.length, 'lane')} at rest with ${counted(waiting, 'event')}, the oldest for ${span(oldestMs)}: ${some(shown)}.`,
    "The workers' log has the errors. Once the cause is gone, `lanes release <lane>` ends a rest early.",
  );
}

function paused({ paused: lanes, now }: Examined): Finding[] {
  const isBlocked = ({ reason }: LaneSummary): boolean => reason !== undefined;
  const describe = (lane: LaneSummary): string =>
    `${lane.lane} for ${span(now - lane.at)}${why(lane)}`;
  const blocked = lanes.filter(isBlocked);
  const byHand = lanes.filter((lane) => !isBlocked(lane));
  const found: Finding[] = [];
  if (blocked.length > 0) {
    found.push(
      finding(
        'blocked-lanes',
        `${counted(blocked.length, 'lane')} paused after the head had failed: ${some(blocked.map(describe))}.`,
        'Once the cause is gone, `lanes resume <lane>` tries the head again.',
      ),
    );
  }
  if (byHand.length > 0) {
    const which = some(byHand.map(describe));
    found.push(note('paused-lanes', `${counted(byHand.length, 'lane')} paused: ${which}.`));
  }
  return found;
}

function why({ reason }: LaneSummary): string {
  return reason === undefined ? '' : ` (${reason})`;
}

function some(lanes: readonly string[]): string {
  return [...lanes.slice(0, NAMED), ...(lanes.length > NAMED ? ['...'] : [])].join(', ');
}
