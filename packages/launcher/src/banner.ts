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

/**
 * The text printed once everything runs. Scripts can wait for its first line.
 *
 * @param talk how to talk to the bot
 */
export function banner(plan: Plan, rows: readonly BannerRow[], talk: string): string {
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
    `  ${talk}`,
    '',
    ...parts,
    '',
    `  Bot:           ${relative(process.cwd(), plan.bot)} (reloaded when it is saved)`,
    ...(plan.mode === 'simulator'
      ? ['  On Telegram:   set BOT_TOKEN to a token from @BotFather']
      : []),
    '  Operate:       npx chatlane ops doctor',
    `  Logs:          ${logs}/logs`,
    '  Stop:          Ctrl-C',
    '',
  ].join('\n');
}

/** A `REDIS_URL` without user and password. */
export function withoutCredentials(address: string): string {
  return address
    .replace(/\/\/[^/@]*@/g, '//')
    .replace(/,[^/@,]*@/g, ',')
    .replace(/\?.*$/, '');
}
