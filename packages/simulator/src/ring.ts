/** The newest `capacity` records, numbered consecutively from 1 by `id`. */
export interface Ring<T extends { id: number }> {
  add(record: Omit<T, 'id'>): T;
  /** Records after id `since`, oldest first, at most `limit`; without `since`, the newest `limit`. */
  list(range: { since?: number | undefined; limit?: number | undefined }): T[];
}

export function createRing<T extends { id: number }>(capacity: number): Ring<T> {
  const slots: T[] = [];
  let lastId = 0;

  return {
    add(record) {
      lastId += 1;
      const stored = { id: lastId, ...record } as unknown as T;
      slots[(lastId - 1) % capacity] = stored;
      return stored;
    },
    list({ since, limit = capacity }) {
      const oldest = Math.max(1, lastId - capacity + 1);
      const first = Math.max(oldest, since === undefined ? lastId - limit + 1 : since + 1);
      const last = Math.min(lastId, first + limit - 1);
      const found: T[] = [];
      for (let id = first; id <= last; id += 1) found.push(slots[(id - 1) % capacity] as T);
      return found;
    },
  };
}
