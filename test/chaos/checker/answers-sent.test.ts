import { OutcomeUnknownError } from '@chatlane/telegram';
import { checkHistory } from './check-history.js';
import type { Answer, Delivered, History } from './history.js';
import { sendFigures } from './send-figures.js';
import { soundLane, turnOf, withSession } from './history.testkit.js';

/** Three answers of one turn, each delivered immediately. */
function answersOf(update: number, turn: string, from: number, everyMs = 1): Answer[] {
  return [1, 2, 3].map((number) => {
    const sendingAt = from + number * everyMs;
    return { turn, update, number, sendingAt, readAt: sendingAt + 0.5 };
  });
}

function deliveredOf(answers: readonly Answer[]): Delivered[] {
  return answers.map(({ update, number, sendingAt }) => {
    return { update, number, from: sendingAt, to: sendingAt + 0.2 };
  });
}

const lane = soundLane();
const [first, second, third] = lane.turns as [
  History['turns'][0],
  History['turns'][0],
  History['turns'][0],
];
const answers = [...answersOf(2, '10.2', 110), ...answersOf(3, '10.3', 210)];
const sound: History = { ...lane, answers, delivered: deliveredOf(answers) };

/** Another worker attempted update 2 before: it sent `sent` of its answers and read `read` results. */
function triedBefore(
  sent: number,
  read: number,
  threw: Partial<History['turns'][0]> = {},
): History {
  const before = turnOf('c:1', 2, 9, 50, { sendingAt: undefined, endedAt: undefined, ...threw });
  const own = answersOf(2, '9.2', 50, 10)
    .slice(0, sent)
    .map(({ readAt, ...answer }, index) =>
      index < read ? { ...answer, readAt: readAt! } : answer,
    );
  const again = { ...second, attempt: 2 };
  return {
    ...sound,
    turns: [first, before, again, third],
    answers: [...answers, ...own],
    troubles: [{ what: 'the process is gone', from: 55, to: Infinity, pid: 9 }],
    // Results that were read before are answered from the journal.
    delivered: [
      ...deliveredOf(own),
      ...deliveredOf(answers.filter(({ update, number }) => update !== 2 || number > read)),
    ],
  };
}

function judge(history: History): string[] {
  return checkHistory(history).map(({ invariant, what }) => `${invariant}: ${what}`);
}

describe('invariant 8, sends', () => {
  it('holds when each answer arrives once and in order', () => {
    expect(judge(sound)).toEqual([]);
  });

  it('is broken by an answer of a committed update that never arrived', () => {
    const delivered = sound.delivered.filter(({ update, number }) => update !== 2 || number !== 2);
    expect(judge({ ...sound, delivered })).toEqual([
      '8: answer 2 of update 2, which was committed, never arrived',
    ]);
  });

  it('holds when a send is repeated because its worker died before it read the answer', () => {
    const killed = triedBefore(2, 1);
    expect(killed.delivered.filter(({ update }) => update === 2)).toHaveLength(4);
    expect(judge(killed)).toEqual([]);
  });

  const again = { update: 2, number: 2, from: 112, to: 112.2 };

  it('is broken by a send repeated after its answer had been read, even if the worker then died', () => {
    const killed = triedBefore(3, 2);
    expect(judge({ ...killed, delivered: [...killed.delivered, again] })).toEqual([
      '8: answer 2 of update 2 was sent again, though its outcome was known',
    ]);
  });

  it('is broken by a second repetition when the first one was read', () => {
    const killed = triedBefore(1, 0);
    const late = { update: 3, number: 1, from: 311, to: 311.2 };
    const retried = turnOf('c:1', 3, 10, 300, { id: '10.30', attempt: 2 });
    const history = {
      ...killed,
      turns: [...killed.turns, retried],
      answers: [...killed.answers, ...answersOf(3, '10.30', 310)],
      delivered: [...killed.delivered, late],
    };
    expect(judge(history)).toContain(
      '8: answer 1 of update 3 was sent again, though its outcome was known',
    );
  });

  it('holds when Redis could not record the result that was read', () => {
    const killed = triedBefore(3, 2);
    const down = { what: 'Redis is killed', from: 51, to: 90 };
    const troubles = [...killed.troubles, down];
    const history = { ...killed, delivered: [...killed.delivered, again] };
    expect(judge({ ...history, troubles })).toEqual([]);
    for (const other of [
      { ...down, pid: 8 },
      { ...down, from: 0, to: 51 },
    ]) {
      expect(judge({ ...history, troubles: [...killed.troubles, other] })).toHaveLength(1);
    }
  });

  it('is broken by answers that arrived out of order, within one update and across two', () => {
    const swap = (one: number, other: number): Delivered[] => {
      const delivered = [...sound.delivered];
      const [a, b] = [delivered[one]!, delivered[other]!];
      delivered[one] = { ...a, from: b.from, to: b.to };
      delivered[other] = { ...b, from: a.from, to: a.to };
      return delivered;
    };
    expect(judge({ ...sound, delivered: swap(0, 1) })).toEqual([
      '8: answer 2 of update 2 arrived before answer 1 of update 2',
    ]);
    expect(judge({ ...sound, delivered: swap(2, 3) })).toEqual([
      '8: answer 1 of update 3 arrived before answer 3 of update 2',
    ]);
  });
});

describe('a dead letter', () => {
  const letter = { update: 2, lane: 'c:1', attempts: 2, error: 'sendMessage failed: 502' };
  const kept = withSession(sound, {
    entries: sound.sessions[0]!.entries.filter(({ update }) => update !== 2),
    count: 2,
  });

  /** Both attempts of update 2 threw after they had sent its first answer. */
  function buried(threwBecauseOf: 'client' | 'handler', reads: boolean): History {
    const threw = { endedAt: undefined, threwBecauseOf };
    const turns = [
      first,
      { ...second, ...threw, threwAt: 115 },
      turnOf('c:1', 2, 11, 150, { ...threw, attempt: 2, threwAt: 165 }),
      third,
    ];
    const tries = [answersOf(2, '10.2', 110)[0]!, answersOf(2, '11.2', 150)[0]!];
    const own = tries.map(({ readAt, ...each }) => (reads ? { ...each, readAt: readAt! } : each));
    const ofThird = answersOf(3, '10.3', 210);
    const delivered = deliveredOf([...own.slice(0, 1), ...ofThird]);
    return { ...kept, turns, answers: [...own, ...ofThird], delivered, dead: [letter] };
  }

  it('breaks invariant 3 when its attempts failed because Telegram was unreachable', () => {
    expect(judge(buried('client', true))).toEqual([
      '3: update 2 was buried though attempt 1 was not disturbed',
    ]);
  });

  it('is allowed when its handler threw, or when the outcome of a send was unknown twice', () => {
    expect(judge(buried('handler', true))).toEqual([]);
    expect(judge(buried('client', false))).toEqual([]);
  });

  it('is allowed after one attempt when the outcome of a send stays unknown, although its repetition never arrived', () => {
    const history = buried('client', false);
    const turns = history.turns.filter(({ id }) => id !== '11.2');
    const answers = history.answers.filter(({ turn }) => turn !== '11.2');
    const judgeError = (error: Error) => {
      const dead = [{ ...letter, attempts: 1, error: `${error.name}: ${error.message}` }];
      return judge({ ...history, turns, answers, dead });
    };
    expect(judgeError(new OutcomeUnknownError({ method: 'sendMessage' }))).toEqual([]);
    expect(judgeError(new Error('broken'))).toEqual(['3: update 2 was buried after 1 attempts']);
  });
});

it('counts answers from the journal, repeated answers, and answers of unknown outcome', () => {
  const killed = triedBefore(2, 1);
  expect(sendFigures(killed)).toEqual({
    answers: 6,
    fromJournal: 1,
    repeatedWhenUnknown: 1,
    duplicates: 1,
    duplicatesOfKnown: 0,
    leftUnknown: 0,
  });
  const own = killed.answers.filter(({ turn }) => turn === '9.2');
  expect(sendFigures({ ...killed, answers: own }).leftUnknown).toBe(1);
});
