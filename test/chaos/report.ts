import type { ChaosReport } from './run.js';

/** One breach breaks thousands of updates; the JSON has all of them. */
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
  console.log(`messages sent again ${report.repeatedSends}`);
  console.log(`violations ${report.violations.length}`);
  for (const { invariant, lane, what, excerpt } of report.violations.slice(0, SHOWN)) {
    console.log(`\ninvariant ${invariant}, lane ${lane}: ${what}`);
    for (const line of excerpt) console.log(`  ${line}`);
  }
  const left = report.violations.length - SHOWN;
  if (left > 0) console.log(`\n... and ${left} more`);
}
