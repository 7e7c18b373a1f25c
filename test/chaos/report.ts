import type { SendFigures } from './checker/send-figures.js';
import type { KillsReport } from './kills.js';
import type { ChaosReport } from './run.js';

/** One bug can produce thousands of violations; the JSON report contains all of them. */
const SHOWN = 20;

export function printReport(report: ChaosReport): void {
  console.log(`\nseed ${report.seed}: ${report.faults} faults, ${report.updates} updates`);
  for (const [kind, count] of Object.entries(report.faultsByKind)) {
    console.log(`  ${kind.padEnd(26)}${String(count).padStart(5)}`);
  }
  console.log(`processes replaced ${report.replaced}, dead letters ${report.deadLetters}`);
  const untested = report.refusedCommits === 0 ? ': this run has not tested the fence' : '';
  console.log(`late commits refused ${report.refusedCommits}${untested}`);
  console.log(`longest wait of a calm lane ${report.longestCalmWaitMs} ms`);
  console.log(`all idle after ${report.quietAfterMs} ms`);
  printSends(report.sends);
  console.log(`violations ${report.violations.length}`);
  for (const { invariant, lane, what, excerpt } of report.violations.slice(0, SHOWN)) {
    console.log(`\ninvariant ${invariant}, lane ${lane}: ${what}`);
    for (const line of excerpt) console.log(`  ${line}`);
  }
  const left = report.violations.length - SHOWN;
  if (left > 0) console.log(`\n... and ${left} more`);
}

function printSends(sends: SendFigures): void {
  console.log(`answers sent ${sends.answers}, read from the journal ${sends.fromJournal}`);
  console.log(`sent again after an unknown outcome ${sends.repeatedWhenUnknown}`);
  console.log(`arrived twice ${sends.duplicates}, known before ${sends.duplicatesOfKnown}`);
  console.log(`outcome never learned ${sends.leftUnknown}`);
}

export function printKills(report: KillsReport): void {
  const { kills, updates, underWay, sends, lost, unknownTwice, buried } = report;
  console.log(`\n${kills} kills, ${updates} updates, sends under way at a kill ${underWay}`);
  printSends(sends);
  console.log(`updates given up after two kills in the same send ${unknownTwice}`);
  console.log(`buried for another reason ${list(buried)}`);
  console.log(`lost ${list(lost)}`);
}

function list(items: readonly string[]): string {
  return `${items.length} ${items.slice(0, SHOWN).join(', ')}`.trimEnd();
}
