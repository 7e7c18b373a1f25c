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
  shape.push(...rows.map((row) => [...row]));
  return trimmed(shape.toString());
}

/** Names and what belongs to them, one a line. */
export function sheet(entries: readonly (readonly [string, string | number])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

function trimmed(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
