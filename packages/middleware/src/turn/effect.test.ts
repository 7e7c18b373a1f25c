import { NotJsonError } from '@chatlane/contracts';
import { EffectUndecidedError } from '../errors/errors.js';
import { laneOf } from '../session/turn.testkit.js';
import { createEffect } from './effect.js';
import type { EffectOptions } from './run-effect.js';
import type { TurnInfo, TurnJournal } from './turn.js';

/** A journal in memory. After `cutOff` it records nothing more, as if the worker had died. */
function createJournal() {
  const done = new Map<string, unknown>();
  const begun = new Map<string, number>();
  let isCutOff = false;
  const journal: TurnJournal = {
    recall(key) {
      if (done.has(key)) return { state: 'done', result: done.get(key) };
      const times = begun.get(key) ?? 0;
      return times > 0 ? { state: 'unknown', times } : { state: 'new' };
    },
    begin(key) {
      begun.set(key, (begun.get(key) ?? 0) + 1);
      return Promise.resolve();
    },
    done: (key, result) => void (isCutOff || done.set(key, result)),
    cutOff: () => undefined,
    undo: (key) => void (isCutOff || begun.set(key, (begun.get(key) ?? 1) - 1)),
  };
  return { journal, cutOff: () => (isCutOff = true), goOn: () => (isCutOff = false) };
}

/** Another attempt at the same update. */
function attempt(journal: TurnJournal, counted: string[] = []) {
  const turn: TurnInfo = {
    ...laneOf().context({ eventId: '7', journal }).turn,
    count: (what) => void counted.push(what),
  };
  return createEffect(turn, 123);
}

const repeat: EffectOptions & { onUnknown: 'repeat' } = { onUnknown: 'repeat' };

describe('ctx.effect', () => {
  it('runs the function once per update, and returns its result on later attempts', async () => {
    const { journal } = createJournal();
    let runs = 0;
    const charge = () => ({ id: (runs += 1) });
    expect(await attempt(journal)('charge', charge, repeat)).toEqual({ id: 1 });
    expect(await attempt(journal)('charge', charge, repeat)).toEqual({ id: 1 });
    expect(await attempt(journal)('refund', charge, repeat)).toEqual({ id: 2 });
  });

  it('passes a key that is the same on every attempt, and different for other bots and updates', async () => {
    const keys: string[] = [];
    const failing = ({ key }: { key: string }) => {
      keys.push(key);
      throw new Error('not now');
    };
    const { journal } = createJournal();
    for (const effect of [attempt(journal), attempt(journal)]) {
      await expect(effect('charge', failing, repeat)).rejects.toThrow('not now');
    }
    expect(keys).toEqual(Array(2).fill('123/7/charge'));
  });

  describe('after the worker died in the middle of the effect', () => {
    async function interrupted() {
      const { journal, cutOff, goOn } = createJournal();
      cutOff();
      await attempt(journal)('charge', () => 1, repeat);
      goOn();
      return journal;
    }

    it('runs the function again with `repeat`', async () => {
      const counted: string[] = [];
      const effect = attempt(await interrupted(), counted);
      expect(await effect('charge', () => 2, repeat)).toBe(2);
      expect(counted).toEqual(['effect-unknown-repeat']);
    });

    it('skips the function with `skip`', async () => {
      const effect = attempt(await interrupted());
      expect(await effect('charge', () => 2, { onUnknown: 'skip' })).toBeUndefined();
    });

    it('leaves the decision to an operator with `ask`', async () => {
      const effect = attempt(await interrupted());
      const failure = await effect('charge', () => 2, { onUnknown: 'ask' }).catch(
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(EffectUndecidedError);
      expect(failure).toMatchObject({ nextAction: 'ask' });
    });
  });

  it('treats the outcome as unknown if the end of the turn stopped the function', async () => {
    const { journal } = createJournal();
    const end = new AbortController();
    const turn = { ...laneOf().context({ eventId: '7', journal }).turn, signal: end.signal };
    const stopped = createEffect(turn, 123)(
      'charge',
      ({ signal }) => {
        end.abort(new Error('shutdown'));
        signal.throwIfAborted();
      },
      { onUnknown: 'ask' },
    );
    await expect(stopped).rejects.toThrow('shutdown');
    const again = attempt(journal)('charge', () => 1, { onUnknown: 'ask' });
    await expect(again).rejects.toBeInstanceOf(EffectUndecidedError);
  });

  it('does not run the function before the intent is stored, except with `repeat`', async () => {
    const { journal } = createJournal();
    const refusing = { ...journal, begin: () => Promise.reject(new Error('Redis refuses')) };
    let runs = 0;
    const run = () => (runs += 1);
    const charged = attempt(refusing)('charge', run, { onUnknown: 'ask' });
    await expect(charged).rejects.toThrow('Redis refuses');
    expect(runs).toBe(0);
    await attempt(refusing)('charge', run, repeat);
    expect(runs).toBe(1);
  });

  it('refuses a result that JSON cannot hold, and does not run the function again', async () => {
    const { journal } = createJournal();
    let runs = 0;
    const dated = () => {
      runs += 1;
      return new Map();
    };
    await expect(attempt(journal)('charge', dated, repeat)).rejects.toBeInstanceOf(NotJsonError);
    await attempt(journal)('charge', dated, repeat);
    expect(runs).toBe(1);
  });

  it.each([
    ['a b', repeat, 'the name must be'],
    ['', repeat, 'the name must be'],
    ['ok', {}, 'onUnknown must be one of repeat, skip, ask'],
    ['ok', undefined, 'onUnknown must be one of repeat, skip, ask'],
  ])('refuses invalid arguments: %j, %j', async (name, options, message) => {
    const effect = attempt(createJournal().journal);
    await expect(effect(name, () => 1, options as typeof repeat)).rejects.toThrow(message);
  });

  it('refuses a name that the turn has used before', async () => {
    const effect = attempt(createJournal().journal);
    await effect('charge', () => 1, repeat);
    await expect(effect('charge', () => 1, repeat)).rejects.toThrow('used the name before');
  });
});
