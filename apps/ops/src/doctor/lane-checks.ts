import type { OverdueLane } from '@chatlane/lanes';
import { counted, span } from '../output/words.js';
import { finding, ok, type Examined, type Finding } from './finding.js';

/** The sweep repairs within a second or so; what is older than this was not repaired. */
const UNREPAIRED_MS = 5_000;

/** A worker that dies leaves its entries behind for some seconds. */
const UNDELIVERED_MS = 30_000;

/** A wake-up that waits longer than this finds no free worker. */
const WAKE_UP_WAITS_MS = 10_000;

const overdueWords = {
  held: 'held though the lease is over',
  resting: 'resting though the time has come',
  waking: 'woken, but the wake-up is gone',
} as const;

export function checkLanes(examined: Examined): Finding[] {
  const { lanes } = examined;
  return [
    ...owner(examined),
    upgraded(examined),
    workers(lanes),
    ...stuck(lanes.overdue),
    stranded(lanes.stranded),
    sweep(lanes),
    ...wakeUps(lanes),
    outbox(lanes),
  ];
}

function upgraded({ upgrade }: Examined): Finding {
  if (upgrade === 'none') return ok('upgrade', 'The data is of this version.');
  return finding(
    'upgrade',
    upgrade === 'unfinished'
      ? 'The upgrade of the data was interrupted: no process starts.'
      : 'The data was written by an older version: no process starts.',
    'Stop every process, run `chatlane-ops upgrade`, and start again.',
  );
}

function owner({ botId, config: { name, telegram } }: Examined): Finding[] {
  const check = 'bot';
  if (botId === undefined) return [];
  const told = `${name} belongs to bot ${botId}`;
  if (telegram === undefined || telegram.botId === botId) return [ok(check, `${told}.`)];
  return [
    finding(
      check,
      `${told}, but BOT_TOKEN is of bot ${telegram.botId}: no process starts.`,
      `Give bot ${telegram.botId} a CHATLANE_NAME of its own; or, if it takes over, stop every process and run \`chatlane-ops adopt\`.`,
    ),
  ];
}

function workers({ workers: connected }: Examined['lanes']): Finding {
  return connected.length > 0
    ? ok('workers', `${counted(connected.length, 'worker')} connected.`)
    : finding(
        'workers',
        'No worker is connected: nothing is handled.',
        'Start one with the same REDIS_URL and CHATLANE_NAME.',
      );
}

function stuck(overdue: readonly OverdueLane[]): Finding[] {
  const old = overdue.filter(({ overdueMs }) => overdueMs > UNREPAIRED_MS);
  if (old.length === 0) return [ok('stuck-lanes', 'No lane is stuck.')];
  return (['held', 'resting', 'waking'] as const).flatMap((state) => {
    const lanes = old.filter((lane) => lane.state === state);
    if (lanes.length === 0) return [];
    const shown = lanes.slice(0, 3).map(({ lane }) => lane);
    const more = lanes.length > shown.length ? ', ...' : '';
    return finding(
      'stuck-lanes',
      `${counted(lanes.length, 'lane')} ${lanes.length === 1 ? 'is' : 'are'} ${overdueWords[state]}, up to ${span(lanes[0]!.overdueMs)}: ${shown.join(', ')}${more}.`,
      state === 'waking'
        ? "The sweep of any worker repairs it: start a worker; if one runs, read its log for 'sweep'."
        : 'The sweep of any worker repairs it: start a worker. `lanes release <lane>` does it by hand.',
    );
  });
}

function stranded(lanes: readonly string[]): Finding {
  const check = 'stranded-lanes';
  if (lanes.length === 0) return ok(check, 'Every lane with mail is in a state that leads on.');
  const shown = `${lanes.slice(0, 3).join(', ')}${lanes.length > 3 ? ', ...' : ''}`;
  return finding(
    check,
    `${counted(lanes.length, 'lane')} with mail in no state: no wake-up would open ${lanes.length === 1 ? 'it' : 'them'} (${shown}).`,
    'The sweep of any worker wakes such lanes, one after another: start a worker, or wait some minutes and look again.',
  );
}

function sweep({ sweep: schedule }: Examined['lanes']): Finding {
  const check = 'sweep';
  const advice = 'Start a worker, or restart one: it sets the schedule anew.';
  if (!schedule) return finding(check, 'The sweep is not scheduled: lost lanes stay lost.', advice);
  const { everyMs, overdueMs } = schedule;
  return overdueMs > 10 * everyMs + UNREPAIRED_MS
    ? finding(check, `The sweep should have run ${span(overdueMs)} ago.`, advice)
    : ok(check, `The sweep runs every ${span(everyMs)}.`);
}

function outbox({ outbox: look }: Examined['lanes']): Finding {
  return look.oldestMs > UNDELIVERED_MS
    ? finding(
        'outbox',
        `${counted(look.entries, 'request')} of committed turns not handed on, the oldest for ${span(look.oldestMs)}.`,
        "Start a worker; if one runs, read its log for 'outbox'. Each is tried again until it is taken.",
      )
    : ok('outbox', 'What turns ask for is handed on.');
}

function wakeUps({ wakeUps: queue }: Examined['lanes']): Finding[] {
  const found: Finding[] = [];
  if (queue.isPaused) {
    found.push(
      finding(
        'wake-ups',
        'The wake-up queue is paused in BullMQ.',
        'Resume it where it was paused (a BullMQ dashboard?); to stop one chat, use `lanes pause`.',
      ),
    );
  }
  if ((queue.oldestMs ?? 0) > WAKE_UP_WAITS_MS) {
    found.push(
      finding(
        'wake-ups',
        `${counted(queue.waiting, 'wake-up')} waiting, the oldest for ${span(queue.oldestMs ?? 0)}: no worker has a free turn.`,
        'Start more workers, or raise WORKER_TURNS; slow handlers show in `lanes list --state held`.',
      ),
    );
  }
  if (queue.stray > 0) {
    found.push(
      finding(
        'stray-wake-ups',
        `${counted(queue.stray, 'wake-up')} for lanes without mail. They do no harm.`,
        'The next free worker clears them; nothing is lost.',
      ),
    );
  }
  if (queue.failed > 0) {
    found.push(
      finding(
        'failed-wake-ups',
        `${counted(queue.failed, 'wake-up')} failed in BullMQ. Their lanes are woken by the sweep.`,
        "Read the workers' log for 'wake-up'; then remove them (`Queue.clean(0, 1000, 'failed')`).",
      ),
    );
  }
  return found.length > 0 ? found : [ok('wake-ups', 'Wake-ups are taken as they come.')];
}
