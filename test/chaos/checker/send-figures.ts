import { answersOf, repeatsOf, replaysOf, type SentAnswer } from './answers.js';
import type { History } from './history.js';

/** The outcomes of a run's numbered answers, counted. */
export interface SendFigures {
  /** Distinct messages that handlers sent. */
  answers: number;
  /** Calls whose result a later turn read from the effect journal. */
  fromJournal: number;
  /** Sent again by a later turn because it was unknown whether an earlier one had sent them. */
  repeatedWhenUnknown: number;
  /** Messages that arrived again, for any reason. */
  duplicates: number;
  /** Of these, the messages sent again after a turn had read that they were sent. */
  duplicatesOfKnown: number;
  /** Messages of which no turn ever learned whether they were sent. */
  leftUnknown: number;
}

export function sendFigures(
  history: Pick<History, 'turns' | 'answers' | 'delivered'>,
): SendFigures {
  const answers = answersOf(history);
  const repeats = answers.flatMap(repeatsOf);
  return {
    answers: answers.length,
    fromJournal: sum(answers, (answer) => replaysOf(answer).length),
    repeatedWhenUnknown: sum(answers, repeatedWhenUnknown),
    duplicates: repeats.length,
    duplicatesOfKnown: repeats.filter(({ knownSince }) => knownSince !== undefined).length,
    leftUnknown: answers.filter(({ tries }) => tries.length > 0 && tries.every(isUnknown)).length,
  };
}

type Try = SentAnswer['tries'][number];

function isUnknown({ readAt, refusedAt }: Try): boolean {
  return readAt === undefined && refusedAt === undefined;
}

function repeatedWhenUnknown(answer: SentAnswer): number {
  const fromJournal = new Set(replaysOf(answer));
  return answer.tries.filter((each, index) => {
    const before = answer.tries.slice(0, index);
    return before.some(isUnknown) && !before.some(({ readAt }) => readAt) && !fromJournal.has(each);
  }).length;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
