import { open, readFile } from 'node:fs/promises';
import type { Answer, Trouble, Turn } from '../chaos/checker/history.js';

type Line =
  | { what: 'start'; turn: string; lane: string; update: number; attempt: number; at: number }
  | { what: 'send' | 'end'; turn: string; at: number }
  | { what: 'throw'; turn: string; at: number; cause: Turn['threwBecauseOf'] }
  | { what: 'answer' | 'answered' | 'refused'; turn: string; number: number; at: number }
  | { what: 'stall'; pid: number; from: number; to: number };

const FIELDS = { send: 'sendingAt', end: 'endedAt', throw: 'threwAt' } as const;

export interface Ledger {
  turns: Turn[];
  answers: Answer[];
  stalls: Trouble[];
}

/** Reads the records of all workers' ledger bots. A process that died while writing leaves half a line, which is skipped. */
export async function readLedger(file: string): Promise<Ledger> {
  const turns = new Map<string, Turn>();
  const answers = new Map<string, Answer>();
  const stalls: Trouble[] = [];
  for (const text of (await readFile(file, 'utf8')).split('\n')) {
    const line = parse(text);
    if (line === undefined) continue;
    if (line.what === 'stall') {
      stalls.push({ ...line, what: 'the process got no CPU' });
    } else if (line.what === 'start') {
      const { turn: id, lane, update, attempt, at: startedAt } = line;
      turns.set(id, { id, pid: Number.parseInt(id), lane, update, attempt, startedAt });
    } else if (line.what === 'answer') {
      const { turn, number, at: sendingAt } = line;
      const update = turns.get(turn)?.update;
      if (update !== undefined)
        answers.set(`${turn}#${number}`, { turn, update, number, sendingAt });
    } else if (line.what === 'answered' || line.what === 'refused') {
      const answer = answers.get(`${line.turn}#${line.number}`);
      if (answer) answer[line.what === 'answered' ? 'readAt' : 'refusedAt'] = line.at;
    } else {
      const turn = turns.get(line.turn);
      if (!turn) continue;
      turn[FIELDS[line.what]] = line.at;
      if (line.what === 'throw') turn.threwBecauseOf = line.cause;
    }
  }
  return { turns: [...turns.values()], answers: [...answers.values()], stalls };
}

/** How many bytes at the end of the ledger are read. They cover a few seconds. */
const TAIL_BYTES = 256 * 1024;

/** The number of running turns by process id. The turns of a dead process count as running. */
export async function countRunningTurns(file: string): Promise<Map<number, number>> {
  const ledger = await open(file);
  try {
    const { size } = await ledger.stat();
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    await ledger.read(tail, 0, tail.length, size - tail.length);
    const running = new Set<string>();
    for (const text of tail.toString().split('\n')) {
      const line = parse(text);
      if (line?.what === 'start') running.add(line.turn);
      if (line?.what === 'end' || line?.what === 'throw') running.delete(line.turn);
    }
    const counts = new Map<number, number>();
    for (const turn of running) {
      const pid = Number.parseInt(turn);
      counts.set(pid, (counts.get(pid) ?? 0) + 1);
    }
    return counts;
  } finally {
    await ledger.close();
  }
}

function parse(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
