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

/** The state and the acts, from anywhere inside the page. */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('usePage() works inside <PageProvider> only.');
  return page;
}
