import { checkHistory } from './check-history.js';
import type { History } from './history.js';
import { soundLane, turnOf, withSession } from './history.testkit.js';

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

describe('invariant 7, none delays another', () => {
  const waiting = { ...third, startedAt: 60_000, sendingAt: 60_010, endedAt: 60_020 };
  const lateLane = { ...sound, turns: [first, second, waiting] };
  const others = Array.from({ length: 40 }, (_, index) =>
    soundLane(`c:${100 + index}`, 1_000 + 3 * index, 20 + index),
  ).map((lane) => ({
    ...lane,
    updates: lane.updates.map((each) => ({ ...each, pushedAt: (each.pushedAt ?? 0) + 1_000 })),
    turns: lane.turns.map((turn) => ({
      ...turn,
      startedAt: turn.startedAt + 1_000,
      sendingAt: turn.startedAt + 1_005,
      endedAt: turn.startedAt + 1_010,
    })),
  }));
  function together(lane: History): History {
    const all = [lane, ...others];
    return {
      ...lane,
      updates: all.flatMap(({ updates }) => updates),
      turns: all.flatMap(({ turns }) => turns),
      sessions: all.flatMap(({ sessions }) => sessions),
      sends: all.flatMap(({ sends }) => sends),
    };
  }

  it('is broken by a calm lane that waits while younger updates of others go first', () => {
    expect(judge(together(lateLane))).toEqual([
      '7: update 3 waited 59800 ms; 120 younger ones of other lanes began before it',
    ]);
  });

  it('is broken by a lane that waits for its second attempt, but not while Redis is down', () => {
    const threw = { ...third, endedAt: undefined, threwAt: third.startedAt + 10 };
    const again = turnOf('c:1', 3, 11, 60_000, { attempt: 2 });
    const sends = [...sound.sends, { update: 3, turn: '11.3', ok: true }];
    const entries = [...sound.sessions[0]!.entries.slice(0, 2), { update: 3, turn: '11.3' }];
    const retried = withSession(
      { ...sound, turns: [first, second, threw, again], sends },
      { entries },
    );
    expect(judge(together(retried))).toEqual([
      '7: update 3 waited 59780 ms; 120 younger ones of other lanes began before it',
    ]);
    const paused = { what: 'Redis is paused', from: 1_000, to: 58_000 };
    expect(judge({ ...together(retried), troubles: [paused] })).toEqual([]);
  });

  it('is not broken when no lane made progress, or by a lane that is not calm', () => {
    expect(judge(lateLane)).toEqual([]);
    const updates = sound.updates.map((each) => ({ ...each, calm: false }));
    expect(judge(together({ ...lateLane, updates }))).toEqual([]);
  });
});
