const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls the listener once when the signal fires; never, if it has fired. The function that is returned removes it. All
 * listeners of a signal share one event listener: a turn may make many calls, and each listens in several places.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  const known = listeners.get(signal) ?? listenTo(signal);
  known.add(listener);
  return () => known.delete(listener);
}

function listenTo(signal: AbortSignal): Set<() => void> {
  const known = new Set<() => void>();
  listeners.set(signal, known);
  const notify = (): void => {
    for (const listener of [...known]) if (known.delete(listener)) listener();
  };
  signal.addEventListener('abort', notify, { once: true });
  return known;
}
