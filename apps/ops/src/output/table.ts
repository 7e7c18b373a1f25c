import { printable } from '@chatlane/runtime';
import Table from 'cli-table3';

/**
 * A column's heading and alignment, default left. `fits`: cells are truncated to the width that the terminal has left.
 */
export type Column = string | { head: string; side: 'right' | 'fits' };

/** The width of a terminal. */
const TERMINAL = 80;

/** The minimum width of a truncated cell. */
const LEAST = 12;

/** Rows under headings, two spaces between columns, no borders. Without rows, `empty`. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly (string | number)[])[],
  empty: string,
): string {
  if (rows.length === 0) return empty;
  const none = '';
  const shape = new Table({
    head: columns.map((column) => (typeof column === 'string' ? column : column.head)),
    colAligns: columns.map((column) =>
      typeof column === 'string' || column.side === 'fits' ? 'left' : 'right',
    ),
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
  // Escaped before the widths are computed, and kept on one line so that no text can pass for another row.
  const cells = rows.map((row) => row.map((cell) => onOneLine(printable(String(cell)))));
  shape.push(...fitted(columns, cells));
  return trimmed(shape.toString());
}

/** One `name  value` per line; further lines of a value are indented. */
export function sheet(entries: readonly (readonly [string, string | number])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  const wrap = (value: string): string => wrapped(value, TERMINAL - width - 2);
  return entries
    .map(([name, value]) => `${name.padEnd(width)}  ${indented(wrap(String(value)), width + 2)}`)
    .join('\n');
}

function fitted(columns: readonly Column[], rows: readonly string[][]): string[][] {
  const cut = columns.findIndex((column) => typeof column !== 'string' && column.side === 'fits');
  if (cut < 0) return [...rows];
  const widths = columns.map((column, index) => {
    const head = typeof column === 'string' ? column : column.head;
    return Math.max(head.length, ...rows.map((row) => row[index]?.length ?? 0)) + 2;
  });
  const others = widths.reduce((sum, width, index) => (index === cut ? sum : sum + width), 0);
  const room = Math.max(LEAST, TERMINAL - others);
  return rows.map((row) =>
    row.map((cell, index) =>
      index === cut && cell.length > room ? `${cell.slice(0, room - 1)}…` : cell,
    ),
  );
}

/** A paragraph after a mark, its further lines indented. What is in `backticks`, such as a command, is not broken. */
export function paragraph(mark: string, text: string): string {
  const unbreakable = onOneLine(text).replace(/`[^`]*`/g, (code) => code.replaceAll(' ', '\u00a0'));
  const lines = wrapped(unbreakable, TERMINAL - mark.length).replaceAll('\u00a0', ' ');
  return mark + indented(lines, mark.length);
}

/** Wraps text at word boundaries; a word longer than a line is not broken. */
function wrapped(text: string, columns: number): string {
  const broken = new RegExp(`(?=\\S)(.{1,${columns}})(?: +|$)|(\\S+)(?: +|$)`, 'gm');
  return text
    .split('\n')
    .map((line) => (line.length <= columns ? line : line.replace(broken, '$1$2\n').trimEnd()))
    .join('\n');
}

/** Indents all lines after the first, so that none can pass for the command line's own output. */
export function indented(text: string, columns = 4): string {
  return text.replaceAll('\n', `\n${' '.repeat(columns)}`);
}

/** Replaces line breaks, so that the text stays on one line. */
function onOneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}

function trimmed(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
