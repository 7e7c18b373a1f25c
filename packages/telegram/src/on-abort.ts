import { setMaxListeners } from 'node:events';

const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls the listener when the signal fires, but not if it has already fired. The returned function removes the
 * listener. All listeners of a signal share one event listener, because a turn may make many calls that each listen in
 * several places.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  const known = listeners.get(signal) ?? listenTo(signal);
  known.add(listener);
  return () => known.delete(listener);
}

function listenTo(signal: AbortSignal): Set<() => void> {
  // Each call that waits adds listeners of its own, and Node.js warns about more than ten.
  setMaxListeners(Infinity, signal);
  const known = new Set<() => void>();
  listeners.set(signal, known);
  const notify = (): void => {
    for (const listener of [...known]) if (known.delete(listener)) listener();
  };
  signal.addEventListener('abort', notify, { once: true });
  return known;
}
