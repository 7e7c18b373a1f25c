/** What the page hears about as it happens: the names of the server-sent events. */
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

/** One publisher, any number of listeners. `data` is made only when somebody listens. */
export interface Feed {
  publish(event: FeedEvent, data: () => unknown): void;
  /** The answer ends the subscription. */
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
