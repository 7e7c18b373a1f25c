import { createRequire } from 'node:module';
import { prepareTelegraf } from '@chatlane/worker';

/** The copies of Telegraf in this process. Import this before anything that imports Telegraf. */
export const telegraf = prepareTelegraf();
telegraf.prepareLoaded(createRequire(import.meta.url));
