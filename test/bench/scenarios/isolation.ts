import { setTimeout as sleep } from 'node:timers/promises';
import { sessionHandler, withSystem } from '../measure-queue.js';
import { atRate, until } from '../pace.js';
import type { Figures, Scenario } from '../result.js';
import { median, quantile } from '../statistics.js';
import { chatlane } from '../systems/chatlane.js';
import type { BenchHandler } from '../systems/system.js';
import { makeUpdate } from '../updates.js';

const CALM_CHATS = 200;
const CALM_PER_SECOND = 300;
const TROUBLED_CHATS = 10;
/** The first id of the troubled chats. */
const TROUBLE = 9_000_000_000;

/** The behaviour of the ten troubled chats. */
interface Trouble {
  name: string;
  /** Updates per second of all ten together. */
  perSecond: number;
  /** The handler. Its signal is aborted when the round is over. */
  turn(over: AbortSignal): Promise<void>;
}

const calm: Trouble = { name: 'calm', perSecond: 0, turn: () => Promise.resolve() };
const troubles: Trouble[] = [
  // More than their lanes can handle, so their mailboxes grow and their drains yield.
  {
    name: '10 flooding chats',
    perSecond: 1_000,
    turn: (signal) => sleep(15, undefined, { signal }),
  },
  {
    name: '10 chats with 5 s handlers',
    perSecond: 20,
    turn: (signal) => sleep(5_000, undefined, { signal }),
  },
  { name: '10 failing chats', perSecond: 50, turn: () => Promise.reject(new Error('fails')) },
];

/** p99 from add to handler of calm chats, with and without troubled chats, in one worker with 50 turns. */
export const isolation: Scenario = async ({ quick }) => {
  const rounds = quick ? 1 : 3;
  const seconds = quick ? 0.2 : 2.5;
  const waits = new Map<Trouble, number[][]>([calm, ...troubles].map((each) => [each, []]));
  // Measured in alternation, so that other load on the machine affects all of them.
  for (let round = 0; round < rounds; round += 1) {
    for (const [trouble, taken] of waits) taken.push(await calmWaits(trouble, seconds));
  }
  const p99 = (trouble: Trouble): number =>
    median(waits.get(trouble)!.map((round) => quantile(round, 0.99)));
  const systems: Figures[] = [...waits].map(([trouble, rounds]) => ({
    name: trouble === calm ? 'calm chats alone' : `beside ${trouble.name}`,
    waitMsP50: quantile(rounds.flat(), 0.5),
    waitMsP99: p99(trouble),
  }));
  return {
    scenario: 'isolation',
    systems,
    ratios: troubles.map((trouble) => ({
      what: `p99 of calm chats beside ${trouble.name}, over calm chats alone`,
      value: p99(trouble) / p99(calm),
      goal: { atMost: 1.3 },
    })),
  };
};

async function calmWaits(trouble: Trouble, seconds: number): Promise<number[]> {
  return withSystem(
    (options) => chatlane({ ...options, backOffMs: 200 }),
    async (system) => {
      const over = new AbortController();
      const addedAt = new Map<number, number>();
      const waits: number[] = [];
      const calmTurn = sessionHandler((_chat, id, turn) => {
        waits.push(performance.now() - addedAt.get(id)!);
        return turn();
      });
      const handler: BenchHandler = (update, session) =>
        update.message.chat.id >= TROUBLE ? trouble.turn(over.signal) : calmTurn(update, session);
      await system.start(handler);
      let id = 1;
      const troubled = atRate(trouble.perSecond, trouble.perSecond * seconds, (index) =>
        system.add(makeUpdate((id += 1), TROUBLE + (index % TROUBLED_CHATS))),
      );
      const count = CALM_PER_SECOND * seconds;
      await atRate(CALM_PER_SECOND, count, (index) => {
        const update = makeUpdate((id += 1), 1 + (index % CALM_CHATS));
        addedAt.set(update.id, performance.now());
        return system.add(update);
      });
      await troubled;
      await until(() => waits.length >= count);
      over.abort();
      await system.stop();
      return waits.slice(Math.floor(count / 5));
    },
  );
}
