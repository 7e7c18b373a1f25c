export { prepareWorker } from './role.js';
