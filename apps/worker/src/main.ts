import { runProcess } from '@chatlane/runtime';
import { prepareWorker } from './role.js';

await runProcess({ ...prepareWorker(), env: process.env });
