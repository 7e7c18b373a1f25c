import { runProcess } from '@chatlane/runtime';
import { ingress } from './role.js';

await runProcess({ ...ingress, env: process.env });
