import { relative } from 'node:path';
import { repositoryRoot } from '@chatlane/processes';
import type { Plan } from './plan.js';

/** One line of what runs where. */
export interface BannerRow {
  name: string;
  pid: number | undefined;
  what: string;
  opsPort?: number | undefined;
}

/** The block printed once everything runs. Its first line is for scripts to wait for. */
export function banner(plan: Plan, rows: readonly BannerRow[], facts: Facts): string {
  const wide = Math.max(...rows.map((row) => row.name.length));
  const widest = Math.max(...rows.map((row) => row.what.length));
  const parts = rows.map(({ name, pid, what, opsPort }) => {
    const process = pid === undefined ? '' : `pid ${pid}`;
    const ops = opsPort === undefined ? '' : `http://127.0.0.1:${opsPort}/metrics`;
    return `  ${name.padEnd(wide)}  ${process.padEnd(11)}  ${what.padEnd(widest)}  ${ops}`.trimEnd();
  });
  const logs = relative(process.cwd(), plan.folder) || relative(repositoryRoot, plan.folder);
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

/** What the banner says besides what runs where. */
export interface Facts {
  /** How to talk to the bot. */
  talk: string;
  /** The Redis that was started for this run; undefined: the user has named one. */
  redisUrl: string | undefined;
}

/** A `REDIS_URL`, of one server or several, without users and passwords. */
export function withoutCredentials(address: string): string {
  return address
    .replace(/\/\/[^/@]*@/g, '//')
    .replace(/,[^/@,]*@/g, ',')
    .replace(/\?.*$/, '');
}
