export { downloader } from './role.js';
