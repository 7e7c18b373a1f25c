import { printable } from '@chatlane/runtime';
import Table from 'cli-table3';

/** A column: its heading, and which side its cells keep to. Default left. */
export type Column = string | { head: string; side: 'right' };

/** Rows under headings, two blanks between columns, nothing drawn. Without rows: `empty`. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly (string | number)[])[],
  empty: string,
): string {
  if (rows.length === 0) return empty;
  const none = '';
  const shape = new Table({
    head: columns.map((column) => (typeof column === 'string' ? column : column.head)),
    colAligns: columns.map((column) => (typeof column === 'string' ? 'left' : column.side)),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
    chars: {
      top: none,
      'top-mid': none,
      'top-left': none,
      'top-right': none,
      bottom: none,
      'bottom-mid': none,
      'bottom-left': none,
      'bottom-right': none,
      left: none,
      'left-mid': none,
      mid: none,
      'mid-mid': none,
      right: none,
      'right-mid': none,
      middle: none,
    },
  });
  // Before the widths are measured, and so that no text can begin a row of its own.
  shape.push(...rows.map((row) => row.map((cell) => onOneLine(printable(String(cell))))));
  return trimmed(shape.toString());
}

/** Names and what belongs to them, one a line; further lines of a value are indented. */
export function sheet(entries: readonly (readonly [string, string | number])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries
    .map(([name, value]) => `${name.padEnd(width)}  ${indented(String(value), width + 2)}`)
    .join('\n');
}

/** Text whose further lines are indented, so that none can pass for one of the command line's own. */
export function indented(text: string, columns = 4): string {
  return text.replaceAll('\n', `\n${' '.repeat(columns)}`);
}

/** Text on one line. */
export function onOneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}

function trimmed(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
