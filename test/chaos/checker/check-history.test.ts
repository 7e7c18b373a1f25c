import { checkHistory } from './check-history.js';
import type { History } from './history.js';
import { refusedCommits } from './refused.js';
import { known, soundLane, turnOf, withSession } from './history.testkit.js';

const sound = soundLane();
const [first, second, third] = sound.turns as [
  History['turns'][0],
  History['turns'][0],
  History['turns'][0],
];

/** The checker's violations, without the excerpts. */
function judge(history: History): string[] {
  return checkHistory(history).map(({ invariant, what }) => `${invariant}: ${what}`);
}

it('finds nothing wrong with a sound history', () => {
  expect(judge(sound)).toEqual([]);
});

describe('invariant 1, one at a time', () => {
  const early = { ...second, startedAt: first.startedAt + 5 };

  it('is broken by a turn that commits while a newer one runs', () => {
    expect(judge({ ...sound, turns: [first, early, third] })).toEqual([
      '1: turn 10.1 was committed though turn 10.2 had the lane',
    ]);
  });

  const zombie = turnOf('c:1', 2, 9, second.startedAt - 30, { endedAt: second.startedAt + 50 });
  const frozen = { what: 'a process is stopped', from: 0, to: 300, pid: 9 };

  it('is broken by a turn that sends after it lost the lane, whatever the cause', () => {
    const late = { ...zombie, sendingAt: second.startedAt + 5 };
    const sends = [...sound.sends, { update: 2, turn: '9.2', ok: true }];
    const turns = [first, late, { ...second, attempt: 2 }, third];
    expect(judge({ ...sound, turns, sends, troubles: [frozen] })).toEqual([
      '1: turn 9.2 sent after turn 10.2 had the lane',
    ]);
  });

  it('is not broken by an update that a master handed out while it was being replaced', () => {
    const stale = turnOf('c:1', 3, 11, 105, { endedAt: undefined, threwAt: 125, attempt: 1 });
    const stopped = { what: 'master-stopped', from: 90, to: 400 };
    const history = { ...sound, turns: [first, stale, second, third], troubles: [stopped] };
    expect(judge({ ...history, losesWrites: true })).toEqual([]);
    expect(judge(history)).not.toEqual([]);
  });

  it('is broken by an overlap without a cause, and not by one with a cause', () => {
    const turns = [first, zombie, { ...second, attempt: 2 }, third];
    const without = [
      '1: turns 9.2 and 10.2 overlap without a cause',
      '1: turn 9.2 of update 2 was refused without a cause',
    ];
    expect(judge({ ...sound, turns })).toEqual(without);
    expect(judge({ ...sound, turns, troubles: [frozen] })).toEqual([]);
    expect(judge({ ...sound, turns, troubles: [{ ...frozen, pid: 8 }] })).toEqual(without);
  });

  it('is broken when a commit is refused although no fault struck its worker', () => {
    const refused = turnOf('c:1', 2, 9, 110);
    const again = { ...second, startedAt: 140, sendingAt: 145, endedAt: 155, attempt: 2 };
    const turns = [first, refused, again, third];
    expect(judge({ ...sound, turns })).toEqual([
      '1: turn 9.2 of update 2 was refused without a cause',
    ]);
    const gone = { what: 'the process is gone', from: 900, to: Infinity, pid: 9 };
    expect(judge({ ...sound, turns, troubles: [gone] })).toEqual([]);
    expect(judge({ ...sound, turns, troubles: [{ ...gone, pid: 8 }] })).toHaveLength(1);
    expect(judge({ ...sound, turns, turnTimeoutMs: 20 })).toEqual([]);
  });

  it('is broken by a turn that runs beside a handler past its time limit', () => {
    const turns = [first, { ...zombie, endedAt: undefined }, { ...second, attempt: 2 }, third];
    const overlap = '1: turns 9.2 and 10.2 overlap without a cause';
    expect(judge({ ...sound, turns, turnTimeoutMs: 30 })).toEqual([overlap]);
  });
});

describe('invariant 2, in order', () => {
  const [one, two, three] = sound.sessions[0]!.entries;
  const swapped = { entries: [one!, three!, two!] };
  const early = { ...third, startedAt: 105, sendingAt: 110, endedAt: 115 };
  const late = { ...second, startedAt: 120, sendingAt: 125, endedAt: 135 };

  /** Update 3 is handled before update 2, which is stored at `pushedAt`; update 1 is done at 30. */
  function lateSecond(pushedAt: number, thirdSentAt = 20): History {
    const [ofFirst, ofSecond, ofThird] = sound.updates;
    const times = { sentAt: thirdSentAt, pushedAt: thirdSentAt + 2 };
    const updates = [ofFirst!, { ...ofSecond!, pushedAt }, { ...ofThird!, ...times }];
    return withSession({ ...sound, updates, turns: [first, early, late] }, swapped);
  }

  it('is broken by an update that was handled after a younger one while both waited', () => {
    expect(judge(lateSecond(25))).toEqual(['2: update 3 started while update 2 waited']);
  });

  it('orders two turns by when their updates were handled, even if the younger update was first', () => {
    const slept = turnOf('c:1', 3, 9, 100, { endedAt: 130 });
    const frozen = { what: 'a process is stopped', from: 101, to: 200, pid: 9 };
    const history = { ...lateSecond(60), troubles: [frozen] };
    const turns = [first, slept, { ...early, attempt: 2 }, late];
    expect(judge({ ...history, turns })).toEqual([]);
  });

  it('is broken by a younger update that was sent after the older one had been stored', () => {
    expect(judge(lateSecond(60, 70))).toEqual(['2: update 3 started while update 2 waited']);
  });

  it('is not broken by an update that was stored when the younger one may have started', () => {
    expect(judge(lateSecond(60))).toEqual([]);
  });

  it('is broken by an update that overtook a started one, younger or older', () => {
    expect(judge(withSession({ ...sound, turns: [first, second, third] }, swapped))).toEqual([
      '2: update 3 overtook update 2, which had started',
    ]);
    const startedEarly = turnOf('c:1', 3, 9, 50, {
      sendingAt: 55,
      endedAt: undefined,
      threwAt: 60,
    });
    expect(judge({ ...sound, turns: [first, startedEarly, second, third] })).toEqual([
      '2: update 2 overtook update 3, which had started',
    ]);
  });

  it('is not broken when a failover rolled back the start of an update', () => {
    const startedEarly = turnOf('c:1', 3, 9, 50, {
      sendingAt: 55,
      endedAt: undefined,
      threwAt: 60,
    });
    const killed = { what: 'master-killed', from: 65, to: 90 };
    const history = { ...sound, turns: [first, startedEarly, second, third], troubles: [killed] };
    expect(judge({ ...history, losesWrites: true })).toEqual([]);
    expect(judge(history)).toHaveLength(1);
  });
});

describe('invariant 3, never lost', () => {
  const entries = sound.sessions[0]!.entries.filter(({ update }) => update !== 2);
  const lost: History = withSession(
    { ...sound, turns: [first, third], sends: sound.sends.filter(({ update }) => update !== 2) },
    { entries, count: 2 },
  );
  const letter = { update: 2, lane: 'c:1', attempts: 6, error: 'The worker died' };

  it('is broken by an update that was answered 200 and has disappeared', () => {
    expect(judge(lost)).toEqual(['3: update 2 was answered 200 and is lost']);
  });

  it('is not broken by an update that was never answered 200, or that can only be buried', () => {
    const updates = [sound.updates[0]!, known('c:1', 2), sound.updates[2]!];
    expect(judge({ ...lost, updates })).toEqual([]);
    const doomed = updates.map((each) => ({ ...each, doomed: each.update === 2 }));
    expect(judge({ ...lost, updates: doomed, dead: [letter] })).toEqual([]);
  });

  it('is broken by a dead letter that could be handled, and by the commit of a poison update', () => {
    const judged = judge({ ...lost, dead: [letter] });
    expect(judged).toEqual(['3: update 2 was buried though attempt 1 was not disturbed']);
    const updates = sound.updates.map((each) => ({ ...each, doomed: each.update === 2 }));
    expect(judge({ ...sound, updates })).toEqual([
      '3: update 2, which no worker can handle, was committed',
    ]);
  });

  it('is not broken by a dead letter whose every attempt was disturbed by a fault', () => {
    const threw = { ...second, endedAt: undefined, threwAt: 115 };
    const killed = turnOf('c:1', 2, 9, 140, { attempt: 2, endedAt: undefined });
    const gone = { what: 'the process is gone', pid: 9, from: 145, to: Infinity };
    const buried = { ...lost, turns: [first, threw, killed, third], dead: [letter] };
    expect(judge({ ...buried, troubles: [gone] })).toEqual([]);
    expect(judge(buried)).toContain('3: update 2 was buried though attempt 2 was not disturbed');
    const startedEarly = { ...buried, troubles: [gone], dead: [{ ...letter, attempts: 1 }] };
    expect(judge(startedEarly)).toEqual(['3: update 2 was buried after 1 attempts']);
    const dead = [{ ...letter, error: 'WorkerLost: it handled nothing else' }];
    expect(judge({ ...startedEarly, dead })).toHaveLength(1);
  });

  it('is broken by a commit whose message never arrived', () => {
    const sends = sound.sends.map((each) => ({ ...each, ok: each.update !== 3 }));
    expect(judge({ ...sound, sends })).toEqual(['3: update 3 was committed, its message not sent']);
  });
});

describe('invariant 4, once', () => {
  it('is broken by an update that is in the session twice', () => {
    const again = turnOf('c:1', 3, 11, 400, { attempt: 2 });
    const entries = [...sound.sessions[0]!.entries, { update: 3, turn: '11.3' }];
    const sends = [...sound.sends, { update: 3, turn: '11.3', ok: true }];
    const history = { ...sound, turns: [...sound.turns, again], sends };
    expect(judge(withSession(history, { entries, count: 4 }))).toEqual([
      '4: update 3 was committed twice',
    ]);
  });

  it('is broken by an update that is committed and buried', () => {
    const dead = [{ update: 2, lane: 'c:1', attempts: 6, error: 'The worker died' }];
    expect(judge({ ...sound, dead })).toContain('4: update 2 was committed and buried');
  });

  it('is broken by a committed update that was never sent', () => {
    expect(judge({ ...sound, updates: sound.updates.slice(0, 2) })).toEqual([
      '4: update 3 was committed, but was never sent to this lane',
    ]);
  });
});

describe('invariant 5, whole sessions', () => {
  it('is broken by a failed turn that left a mark', () => {
    expect(judge(withSession(sound, { half: ['9.2'] }))).toEqual([
      '5: turn 9.2 failed, but left its mark',
    ]);
  });

  it('is broken by an entry of a turn that never ended', () => {
    const turns = [first, { ...second, endedAt: undefined, threwAt: 130 }, third];
    expect(judge({ ...sound, turns })).toEqual([
      '5: update 2 was written by turn 10.2, which never ended',
    ]);
  });

  it('is broken by a session with a missing part', () => {
    expect(judge(withSession(sound, { count: 4 }))).toEqual(['5: 4 turns counted, 3 listed']);
  });
});

it('finds invariant 6 broken by a lane that is left with mail', () => {
  const leftovers = [{ lane: 'c:1', state: 'waking' }];
  expect(judge({ ...sound, leftovers })).toEqual(['6: the lane is left with waking']);
});

it('counts the turns whose commit only the fence prevented', () => {
  const late = turnOf('c:1', 2, 9, second.startedAt - 5);
  expect(refusedCommits(sound)).toEqual([]);
  expect(refusedCommits({ ...sound, turns: [first, late, second, third] })).toEqual([late]);
});

it('shows the events that led to a violation in order, with the troubles of the process', () => {
  const frozen = { what: 'a process is stopped', from: 115, to: 300, pid: 10 };
  const history = withSession({ ...sound, troubles: [frozen] }, { half: ['10.2'] });
  expect(checkHistory(history)[0]!.excerpt).toEqual([
    '+0.000s update 2 is answered 200',
    '+0.010s update 2 attempt 1 in turn 10.2 starts',
    '+0.015s a process is stopped (process 10)',
    '+0.020s update 2 attempt 1 in turn 10.2 sends',
    '+0.030s update 2 attempt 1 in turn 10.2 ends, and was committed',
  ]);
});
