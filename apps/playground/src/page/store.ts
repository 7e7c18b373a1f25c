import { reduce } from './reduce.js';
import { initialState, type Action, type State } from './state.js';

/** Holds the page's state and notifies its subscribers of every change. */
export interface Store {
  state(): State;
  dispatch: (action: Action) => void;
  /** Returns a function that unsubscribes. */
  subscribe(listener: () => void): () => void;
}

export function createStore(): Store {
  let state = initialState;
  const listeners = new Set<() => void>();
  return {
    state: () => state,
    dispatch(action) {
      const next = reduce(state, action);
      if (next === state) return;
      state = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
