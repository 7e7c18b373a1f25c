import { render } from 'preact';
import { createActs } from './acts.js';
import { App } from './components/app.js';
import { startLive } from './live.js';
import { createLoader } from './loader.js';
import { createStore } from './store.js';

const store = createStore();
const acts = createActs(store);
const root = document.getElementById('page');
if (root) render(<App store={store} acts={acts} />, root);
startLive(store, createLoader(store), acts);
