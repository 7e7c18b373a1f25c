import type { LedgerLine } from './system.js';

/** A breach of an invariant, with the lines that show it. */
export interface Violation {
  invariant: 'lost or doubled' | 'order' | 'one at a time';
  lane: string;
  excerpt: string;
}

/** What was sent to one lane, in Telegram's order, and what its session held in the end. */
export interface LaneHistory {
  lane: string;
  sent: readonly number[];
  session: readonly number[];
}

/** Judges committed sessions, and the turns that the ledger saw, against the lanes' invariants. */
export function checkHistory(
  lanes: readonly LaneHistory[],
  ledger: readonly LedgerLine[],
): Violation[] {
  const violations: Violation[] = [];
  const byLane = new Map<string, LedgerLine[]>();
  for (const line of ledger) byLane.set(line.lane, [...(byLane.get(line.lane) ?? []), line]);
  for (const { lane, sent, session } of lanes) {
    const sorted = [...session].sort((a, b) => a - b);
    const missing = sent.filter((id) => !session.includes(id));
    const doubled = sorted.filter((id, index) => id === sorted[index - 1]);
    if (missing.length > 0 || doubled.length > 0 || session.length !== sent.length) {
      const excerpt = `missing ${missing.join()}, doubled ${doubled.join()}`;
      violations.push({ invariant: 'lost or doubled', lane, excerpt });
    }
    const late = session.findIndex((id, index) => index > 0 && id < session[index - 1]!);
    if (late > 0) {
      const excerpt = session.slice(Math.max(0, late - 3), late + 3).join(' ');
      violations.push({ invariant: 'order', lane, excerpt });
    }
    violations.push(...overlaps(lane, byLane.get(lane) ?? []));
  }
  return violations;
}

/**
 * Turns of one lane that ran at the same time in processes that were alive. A process that was frozen or
 * killed leaves a start without an end, or an end long after another process began: its turn is told
 * by the next attempt of the same update, and may overlap with nothing else.
 */
function overlaps(lane: string, lines: readonly LedgerLine[]): Violation[] {
  const violations: Violation[] = [];
  const ordered = [...lines].sort((a, b) => (a.at < b.at ? -1 : 1));
  let running: LedgerLine | undefined;
  for (const line of ordered) {
    if (line.what === 'end') {
      if (running?.pid === line.pid && running.update === line.update) running = undefined;
      continue;
    }
    const retried = running?.update === line.update && line.attempt > running.attempt;
    if (running && !retried) {
      const excerpt = [running, line]
        .map(({ update, attempt, pid }) => `update ${update} attempt ${attempt} in ${pid}`)
        .join(' overlaps ');
      violations.push({ invariant: 'one at a time', lane, excerpt });
    }
    running = line;
  }
  return violations;
}
