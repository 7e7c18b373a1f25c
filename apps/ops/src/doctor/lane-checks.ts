import type { OverdueLane } from '@chatlane/lanes';
import { are, counted, span } from '../output/format.js';
import { finding, ok, type Examined, type Finding } from './finding.js';

/** The sweep repairs a lane within about a second, so it has missed a lane overdue for longer. */
const UNREPAIRED_MS = 5_000;

/** Other workers pick up a dead worker's entries within a few seconds. */
const UNDELIVERED_MS = 30_000;

/** Wake-ups wait this long only when no worker has a free slot. */
const WAKE_UP_WAITS_MS = 10_000;

const overdueWords = {
  held: 'held although the lease has expired',
  resting: 'resting although the retry is due',
  waking: 'woken, but without a wake-up job',
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
  if (upgrade === 'none') return ok('upgrade', 'The data has the current format.');
  return finding(
    'upgrade',
    upgrade === 'unfinished'
      ? 'The upgrade of the data was interrupted: no process will start.'
      : 'The data was written by an older version: no process will start.',
    'Stop every process, run `chatlane-ops upgrade`, and start them again.',
  );
}

function owner({ botId, config: { name, telegram } }: Examined): Finding[] {
  const check = 'bot';
  if (botId === undefined) return [];
  const summary = `${name} belongs to bot ${botId}`;
  if (telegram === undefined || telegram.botId === botId) return [ok(check, `${summary}.`)];
  return [
    finding(
      check,
      `${summary}, but BOT_TOKEN belongs to bot ${telegram.botId}: no process will start.`,
      `Give bot ${telegram.botId} its own CHATLANE_NAME. If it replaces the old bot, stop every process and run \`chatlane-ops adopt\`.`,
    ),
  ];
}

function workers({ workers: connected }: Examined['lanes']): Finding {
  return connected.length > 0
    ? ok('workers', `${counted(connected.length, 'worker')} connected.`)
    : finding(
        'workers',
        'No worker is connected, so nothing is handled.',
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
      `${counted(lanes.length, 'lane')} ${are(lanes.length)} ${overdueWords[state]}, up to ${span(lanes[0]!.overdueMs)}: ${shown.join(', ')}${more}.`,
      state === 'waking'
        ? "The sweep of any worker repairs this: start a worker. If one is running, search its log for 'sweep'."
        : 'The sweep of any worker repairs this: start a worker, or run `lanes release <lane>`.',
    );
  });
}

function stranded(lanes: readonly string[]): Finding {
  const check = 'stranded-lanes';
  if (lanes.length === 0) return ok(check, 'Every lane with events has a state.');
  const shown = `${lanes.slice(0, 3).join(', ')}${lanes.length > 3 ? ', ...' : ''}`;
  return finding(
    check,
    `${counted(lanes.length, 'lane')} ${lanes.length === 1 ? 'has' : 'have'} events but no state, so no wake-up would open ${lanes.length === 1 ? 'it' : 'them'}: ${shown}.`,
    'The sweep of any worker wakes such lanes one by one: start a worker, or wait some minutes and check again.',
  );
}

function sweep({ sweep: schedule }: Examined['lanes']): Finding {
  const check = 'sweep';
  const advice = 'Start or restart a worker, which schedules it.';
  if (!schedule)
    return finding(check, 'The sweep is not scheduled, so lost lanes are not recovered.', advice);
  const { everyMs, overdueMs } = schedule;
  return overdueMs > 10 * everyMs + UNREPAIRED_MS
    ? finding(check, `The sweep should have run ${span(overdueMs)} ago.`, advice)
    : ok(check, `The sweep runs every ${span(everyMs)}.`);
}

function outbox({ outbox: stats }: Examined['lanes']): Finding {
  return stats.oldestMs > UNDELIVERED_MS
    ? finding(
        'outbox',
        `${counted(stats.entries, 'request')} of committed turns ${are(stats.entries)} not delivered yet, the oldest for ${span(stats.oldestMs)}.`,
        "Start a worker. If one is running, search its log for 'outbox'. Each request is retried until it is delivered.",
      )
    : ok('outbox', 'The requests of turns are delivered.');
}

function wakeUps({ wakeUps: queue }: Examined['lanes']): Finding[] {
  const found: Finding[] = [];
  if (queue.isPaused) {
    found.push(
      finding(
        'wake-ups',
        'The wake-up queue is paused in BullMQ.',
        'Resume it where it was paused, such as in a BullMQ dashboard. To stop a single chat, use `lanes pause`.',
      ),
    );
  }
  if ((queue.oldestMs ?? 0) > WAKE_UP_WAITS_MS) {
    found.push(
      finding(
        'wake-ups',
        `${counted(queue.waiting, 'wake-up')} ${are(queue.waiting)} waiting, the oldest for ${span(queue.oldestMs ?? 0)}: no worker has a free slot.`,
        'Start more workers or raise WORKER_TURNS; `lanes list --state held` shows slow handlers.',
      ),
    );
  }
  if (queue.stray > 0) {
    found.push(
      finding(
        'stray-wake-ups',
        `${counted(queue.stray, 'wake-up')} ${are(queue.stray)} for lanes without events, which is harmless.`,
        'The next free worker removes them; nothing is lost.',
      ),
    );
  }
  if (queue.failed > 0) {
    found.push(
      finding(
        'failed-wake-ups',
        `${counted(queue.failed, 'wake-up')} failed in BullMQ. The sweep wakes the lanes.`,
        "Search the workers' log for 'wake-up', then remove them (`Queue.clean(0, 1000, 'failed')`).",
      ),
    );
  }
  return found.length > 0 ? found : [ok('wake-ups', 'Wake-ups are processed promptly.')];
}
