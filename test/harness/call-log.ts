import type { Delivered, Sent } from '../chaos/checker/history.js';
import { monotonicMs } from './clock.js';

interface Call {
  id: number;
  method: string;
  params: { text?: string };
  ok: boolean;
  started_at: number;
  ended_at?: number;
}

/** The messages of all workers' ledger bots that reached the simulator. */
export interface SentMessages {
  /** Messages that name their turn. */
  sends: Sent[];
  /** Numbered answers. */
  delivered: Delivered[];
}

/** Reads the simulator's call log incrementally, because it keeps only the newest 100,000 calls. */
export interface CallLog {
  /** Reads the calls since the last read. */
  readOn(): Promise<void>;
  /** The messages of all calls that have been read and had ended. */
  sent(): SentMessages;
}

/** Calls per request. */
const PAGE = 20_000;

export function createCallLog(play: <T>(path: string) => Promise<T>): CallLog {
  const ended: Call[] = [];
  const underWay = new Set<number>();
  let last = 0;

  async function page(since: number): Promise<number> {
    const calls = await play<Call[]>(`/play/calls?since=${since}&limit=${PAGE}`);
    for (const call of calls) {
      if (call.id <= last && !underWay.has(call.id)) continue;
      if (call.ended_at === undefined) {
        underWay.add(call.id);
      } else {
        underWay.delete(call.id);
        ended.push(call);
      }
    }
    return calls.at(-1)?.id ?? since;
  }

  return {
    async readOn() {
      // Old calls that have not ended yet must be read again.
      let since = Math.min(last, ...[...underWay].map((id) => id - 1));
      for (;;) {
        const read = await page(since);
        last = Math.max(last, read);
        if (read === since) return;
        since = read;
      }
    },
    sent: () => sentIn(ended),
  };
}

function sentIn(calls: readonly Call[]): SentMessages {
  const sinceUnixEpoch = monotonicMs() - Date.now();
  const sent: SentMessages = { sends: [], delivered: [] };
  for (const { method, params, ok, started_at, ended_at } of calls) {
    if (method !== 'sendMessage') continue;
    const { update, turn, number } =
      /^(?<update>\d+)(?:@(?<turn>.+)|#(?<number>\d+))$/.exec(params.text ?? '')?.groups ?? {};
    if (turn !== undefined) sent.sends.push({ update: Number(update), turn, ok });
    if (number !== undefined && ok) {
      sent.delivered.push({
        update: Number(update),
        number: Number(number),
        from: started_at + sinceUnixEpoch,
        to: (ended_at ?? started_at) + sinceUnixEpoch,
      });
    }
  }
  return sent;
}
