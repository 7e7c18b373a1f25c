import type { LaneSummary } from '@chatlane/lanes';
import { are, counted, span } from '../output/format.js';
import { finding, note, ok, type Examined, type Finding } from './finding.js';

/** Users notice when a resting lane delays them longer than this. */
const NOTICED_MS = 60_000;

/** How many lanes are named; the others are only counted. */
const NAMED = 3;

/** Checks for events and bodies that are kept but not handled, and for blocked lanes. */
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
  if (count === 0) return ok(check, 'There are no dead letters.');
  return finding(
    check,
    `${counted(count, 'event')} failed for good, and ${are(count)} kept with the dead letters.`,
    '`dead list` shows their errors. Once the cause is fixed, run `dead replay`; otherwise `dead drop`.',
  );
}

function parked({ parked: count }: Examined): Finding {
  const check = 'parked-bodies';
  if (count === 0) return ok(check, 'Everything that arrived was an update.');
  return finding(
    check,
    `${counted(count, 'body', 'bodies')} ${count === 1 ? 'was' : 'were'} acknowledged but parked, because the ingress could not parse ${count === 1 ? 'it as an update' : 'them as updates'}.`,
    '`parked list` shows why. After an upgrade try `parked replay --all`; otherwise `parked drop`. Telegram does not send such bodies: replace WEBHOOK_SECRET if others may know it.',
  );
}

function files({ deadDownloads: count }: Examined): Finding[] {
  if (count === 0) return [];
  const what = `${counted(count, 'download')} failed for good; their users were notified.`;
  return [note('downloads', `${what} \`files list\` shows why, \`files retry\` retries them.`)];
}

function resting({ resting: lanes, now }: Examined): Finding {
  const check = 'resting-lanes';
  const long = lanes.filter(({ at, oldestMs = 0 }) => Math.max(oldestMs, at - now) > NOTICED_MS);
  if (long.length === 0) return ok(check, 'No lane has been resting for long.');
  const waiting = long.reduce((sum, lane) => sum + lane.waiting, 0);
  const oldestMs = Math.max(...long.map((lane) => lane.oldestMs ?? 0));
  const shown = long.map((lane) => {
    const rest = lane.at > now ? `for ${span(lane.at - now)} more` : 'until now';
    return `${lane.lane} ${rest}${why(lane)}`;
  });
  return finding(
    check,
    `${counted(long.length, 'lane')} ${are(long.length)} resting with ${counted(waiting, 'event')}, the oldest for ${span(oldestMs)}: ${some(shown)}.`,
    "The workers' log contains the errors. Once the cause is fixed, `lanes release <lane>` retries immediately.",
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
        `${counted(blocked.length, 'lane')} ${are(blocked.length)} paused because the first event failed: ${some(blocked.map(describe))}.`,
        'Once the cause is fixed, `lanes resume <lane>` retries that event.',
      ),
    );
  }
  if (byHand.length > 0) {
    const which = some(byHand.map(describe));
    found.push(
      note(
        'paused-lanes',
        `${counted(byHand.length, 'lane')} ${are(byHand.length)} paused: ${which}.`,
      ),
    );
  }
  return found;
}

function why({ reason }: LaneSummary): string {
  return reason === undefined ? '' : ` (${reason})`;
}

function some(lanes: readonly string[]): string {
  return [...lanes.slice(0, NAMED), ...(lanes.length > NAMED ? ['...'] : [])].join(', ');
}
