export { ingress } from './role.js';
