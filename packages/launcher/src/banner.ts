import { relative } from 'node:path';
import { projectRoot } from '@chatlane/processes';
import type { Plan } from './plan.js';

/** A line with a process and its address. */
export interface BannerRow {
  name: string;
  pid: number | undefined;
  what: string;
  opsPort?: number | undefined;
}

/** The text printed once everything runs. Scripts can wait for its first line. */
export function banner(plan: Plan, rows: readonly BannerRow[], facts: Facts): string {
  const wide = Math.max(...rows.map((row) => row.name.length));
  const widest = Math.max(...rows.map((row) => row.what.length));
  const parts = rows.map(({ name, pid, what, opsPort }) => {
    const process = pid === undefined ? '' : `pid ${pid}`;
    const ops = opsPort === undefined ? '' : `http://127.0.0.1:${opsPort}/metrics`;
    return `  ${name.padEnd(wide)}  ${process.padEnd(11)}  ${what.padEnd(widest)}  ${ops}`.trimEnd();
  });
  const logs = relative(process.cwd(), plan.folder) || relative(projectRoot, plan.folder);
  return [
    'Chatlane is ready',
    '',
    `  ${facts.talk}`,
    '',
    ...parts,
    '',
    ...(plan.mode === 'simulator'
      ? [
          '  Your own bot:  BOT_MODULE=my-bot.mjs npm start',
          '  On Telegram:   BOT_TOKEN=123456789:AAE... npm start   (a token from @BotFather)',
        ]
      : []),
    ...(facts.redisUrl === undefined
      ? []
      : [`  Operate:       REDIS_URL=${facts.redisUrl} npx chatlane-ops doctor`]),
    `  Logs:          ${logs}/logs`,
    '  Stop:          Ctrl-C',
    '',
  ].join('\n');
}

/** The banner's content besides the list of processes. */
export interface Facts {
  /** How to talk to the bot. */
  talk: string;
  /** The URL of the private Redis. Undefined if REDIS_URL is set. */
  redisUrl: string | undefined;
}

/** A `REDIS_URL` without user and password. */
export function withoutCredentials(address: string): string {
  return address
    .replace(/\/\/[^/@]*@/g, '//')
    .replace(/,[^/@,]*@/g, ',')
    .replace(/\?.*$/, '');
}
