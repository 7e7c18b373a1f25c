import { runProcess } from '@chatlane/runtime';
import { prepareWorker } from './role.js';
import { standBy } from './stand-by.js';

const worker = prepareWorker();
if (process.argv.includes('--stand-by')) await standBy(process.env['BOT_MODULE']);
await runProcess({ ...worker, env: process.env });
