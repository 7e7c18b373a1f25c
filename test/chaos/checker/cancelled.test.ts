import { checkHistory } from './check-history.js';
import { soundLane, turnOf, withSession } from './history.testkit.js';
import type { History } from './history.js';

const sound = soundLane();

/** Update 2 threw and has disappeared; update 3 is a `/cancel` by that user. */
function cancelledBy(user: number): History {
  const threw = turnOf('c:1', 2, 10, 110, { endedAt: undefined, threwAt: 130 });
  const [first, , third] = sound.turns;
  const entries = sound.sessions[0]!.entries.filter(({ update }) => update !== 2);
  const history: History = {
    ...sound,
    turns: [first!, threw, third!],
    updates: sound.updates.map((each) => ({
      ...each,
      user: each.update === 3 ? user : 7,
      text: each.update === 3 ? '/cancel' : 'hello',
    })),
  };
  return withSession(history, { entries, count: 2 });
}

describe('an update that was answered 200 and has disappeared', () => {
  it('is not lost when its own user cancelled it', () => {
    expect(checkHistory(cancelledBy(7))).toEqual([]);
  });

  it('is lost when another user sent the command', () => {
    expect(checkHistory(cancelledBy(8)).map(({ what }) => what)).toEqual([
      'update 2 was answered 200 and is lost',
    ]);
  });
});
