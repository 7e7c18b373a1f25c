/** The names of the server-sent events that keep the page up to date. */
export type FeedEvent =
  | 'message'
  | 'edit'
  | 'delete'
  | 'action'
  | 'draft'
  | 'chat'
  | 'user'
  | 'commands'
  | 'answer'
  | 'poll'
  | 'inline_answer'
  | 'delivery'
  | 'call';

export type FeedListener = (event: FeedEvent, data: unknown) => void;

/** Publish and subscribe. `data` is called only when there are listeners. */
export interface Feed {
  publish(event: FeedEvent, data: () => unknown): void;
  /** Returns a function that unsubscribes. */
  subscribe(listener: FeedListener): () => void;
}

export function createFeed(): Feed {
  const listeners = new Set<FeedListener>();
  return {
    publish(event, data) {
      if (listeners.size === 0) return;
      const made = data();
      for (const listener of listeners) listener(event, made);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
