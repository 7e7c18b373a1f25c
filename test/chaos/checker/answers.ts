import type { Answer, Delivered, History, Turn } from './history.js';

/** One of the numbered messages of an update: how often it was sent, and how often it arrived. */
export interface SentAnswer {
  update: number;
  number: number;
  /** Ordered by start: one per turn that got this far. */
  tries: readonly (Answer & Pick<Turn, 'pid'> & { turnStartedAt: number })[];
  /** Ordered by arrival. */
  deliveries: readonly Delivered[];
}

/** A message that arrived again. */
export interface Repeat {
  answer: SentAnswer;
  delivery: Delivered;
  /**
   * When a turn first read that the message was sent. Absent if none had when the repeating turn began: the outcome was unknown.
   */
  knownSince?: number;
}

/** Maximum difference between the simulator's clock and the ledger's, in milliseconds. */
const CLOCKS_DIFFER_MS = 5;

export function answersOf(history: Pick<History, 'turns' | 'answers' | 'delivered'>): SentAnswer[] {
  const turns = new Map(history.turns.map((turn) => [turn.id, turn]));
  const found = new Map<
    string,
    { tries: SentAnswer['tries'][number][]; deliveries: Delivered[] }
  >();
  const of = (update: number, number: number) => {
    const key = `${update}#${number}`;
    const one = found.get(key) ?? { tries: [], deliveries: [] };
    found.set(key, one);
    return one;
  };
  for (const answer of history.answers) {
    const { pid = 0, startedAt = 0 } = turns.get(answer.turn) ?? {};
    of(answer.update, answer.number).tries.push({
      ...answer,
      ...{ pid, turnStartedAt: startedAt },
    });
  }
  for (const each of history.delivered) of(each.update, each.number).deliveries.push(each);
  return [...found].map(([key, { tries, deliveries }]) => {
    const [update, number] = key.split('#').map(Number);
    return {
      update: update!,
      number: number!,
      tries: tries.sort((one, other) => one.sendingAt - other.sendingAt),
      deliveries: deliveries.sort((one, other) => one.to - other.to),
    };
  });
}

export function repeatsOf(answer: SentAnswer): Repeat[] {
  return answer.deliveries.slice(1).map((delivery) => {
    const sender = answer.tries.findLast(
      ({ sendingAt }) => sendingAt <= delivery.from + CLOCKS_DIFFER_MS,
    );
    const begunAt = sender?.turnStartedAt ?? delivery.from;
    const read = answer.tries.find(({ readAt = Infinity }) => readAt < begunAt);
    return { answer, delivery, ...(read?.readAt !== undefined && { knownSince: read.readAt }) };
  });
}

/** Tries that read a result although nothing arrived at Telegram meanwhile, so it came from the effect journal. */
export function replaysOf({ tries, deliveries }: SentAnswer): SentAnswer['tries'] {
  return tries.filter(
    ({ sendingAt, readAt }) =>
      readAt !== undefined &&
      !deliveries.some(
        ({ from, to }) => from >= sendingAt - CLOCKS_DIFFER_MS && to <= readAt + CLOCKS_DIFFER_MS,
      ),
  );
}

/**
 * How often the answer was sent, counting retries of the client. Before each repetition the outcome was unknown or its record
 * was lost; otherwise the journal would have answered.
 */
export function sendsOf(answer: SentAnswer): number {
  const replays = new Set(replaysOf(answer));
  const { tries, deliveries } = answer;
  return tries
    .filter((each) => each.refusedAt === undefined && !replays.has(each))
    .map(({ sendingAt }) => {
      const next = tries.find((other) => other.sendingAt > sendingAt)?.sendingAt ?? Infinity;
      return deliveries.filter(({ from }) => from >= sendingAt - CLOCKS_DIFFER_MS && from < next);
    })
    .reduce((sum, ofTry) => sum + Math.max(1, ofTry.length), 0);
}
