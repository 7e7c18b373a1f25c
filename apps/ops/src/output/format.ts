const units: readonly [name: string, ms: number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** A human-readable duration: `3 min`, `1.5 s`, `20 ms`. */
export function span(ms: number): string {
  for (const [name, size] of units) {
    if (ms < size) continue;
    const count = ms / size;
    return `${count < 10 ? Math.floor(count * 10) / 10 : Math.floor(count)} ${name}`;
  }
  return `${Math.max(0, Math.floor(ms))} ms`;
}

/** A count with its noun: `1 lane`, `3 lanes`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The verb that fits a count. */
export function are(count: number): 'is' | 'are' {
  return count === 1 ? 'is' : 'are';
}

/** A timestamp in UTC, to the second. */
export function moment(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** A human-readable size: `10 B`, `1.5 KiB`. */
export function bytes(count: number): string {
  if (count < 1_024) return `${count} B`;
  return count < 1_048_576
    ? `${(count / 1_024).toFixed(1)} KiB`
    : `${(count / 1_048_576).toFixed(1)} MiB`;
}
