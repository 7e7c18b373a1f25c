import { readFile } from 'node:fs/promises';
import type { Trouble, Turn } from '../chaos/checker/history.js';

type Line =
  | { what: 'start'; turn: string; lane: string; update: number; attempt: number; at: number }
  | { what: 'send' | 'end' | 'throw'; turn: string; at: number }
  | { what: 'stall'; pid: number; from: number; to: number };

const FIELDS = { send: 'sendingAt', end: 'endedAt', throw: 'threwAt' } as const;

/** Reads what the ledger bots of all workers wrote. A process that died while it wrote leaves half a line. */
export async function readLedger(file: string): Promise<{ turns: Turn[]; stalls: Trouble[] }> {
  const turns = new Map<string, Turn>();
  const stalls: Trouble[] = [];
  for (const text of (await readFile(file, 'utf8')).split('\n')) {
    const line = parse(text);
    if (line === undefined) continue;
    if (line.what === 'stall') {
      stalls.push({ ...line, what: 'the process got no time to run' });
    } else if (line.what === 'start') {
      const { turn: id, lane, update, attempt, at: startedAt } = line;
      turns.set(id, { id, pid: Number.parseInt(id), lane, update, attempt, startedAt });
    } else {
      const turn = turns.get(line.turn);
      if (turn) turn[FIELDS[line.what]] = line.at;
    }
  }
  return { turns: [...turns.values()], stalls };
}

function parse(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
