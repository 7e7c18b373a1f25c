/** A copy of the list in which `item` replaces the entry with the same id, or is appended. */
export function replaceOrAppend<T>(
  list: readonly T[],
  item: T,
  id: (item: T) => number,
): readonly T[] {
  const known = list.some((other) => id(other) === id(item));
  return known ? list.map((other) => (id(other) === id(item) ? item : other)) : [...list, item];
}

/** A copy of the record without one key. */
export function without<V>(
  record: Readonly<Record<string, V>>,
  key: string | number,
): Record<string, V> {
  return Object.fromEntries(Object.entries(record).filter(([other]) => other !== String(key)));
}
