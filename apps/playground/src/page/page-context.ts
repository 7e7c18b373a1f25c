import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Acts } from './acts.js';
import type { State } from './state.js';

interface Page {
  state: State;
  acts: Acts;
}

const PageContext = createContext<Page | undefined>(undefined);

export const PageProvider = PageContext.Provider;

/** The page's state and actions. */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('usePage() requires a <PageProvider> above it.');
  return page;
}
