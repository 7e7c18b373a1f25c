/** The part of a file that a request asks for, both ends included. */
export interface Part {
  start: number;
  end: number;
}

/**
 * Reads a Range header (RFC 9110, 14.2).
 * @returns undefined: the whole file, also for several parts and for what cannot be read, which may be ignored.
 */
export function readRange(
  header: string | undefined,
  size: number,
): Part | 'unsatisfiable' | undefined {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  if (from === '') {
    const start = Math.max(0, size - Number(to));
    return start < size ? { start, end: size - 1 } : 'unsatisfiable';
  }
  const start = Number(from);
  const end = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < start) return undefined;
  return start < size ? { start, end } : 'unsatisfiable';
}
