import { setImmediate } from 'node:timers/promises';
import { createLifecycle, type Part } from './lifecycle.js';

function arrange(deadlineMs = 10_000) {
  const journal: string[] = [];
  const complaints: Record<string, unknown>[] = [];
  const logger = { error: (fields: object) => void complaints.push({ ...fields }) };
  const lifecycle = createLifecycle({ logger, deadlineMs });
  const part = (name: string, changes: Partial<Part> = {}): void =>
    lifecycle.add({
      name,
      start: () => setImmediate().then(() => journal.push(`+${name}`)),
      stop: () => setImmediate().then(() => journal.push(`-${name}`)),
      ...changes,
    });
  return { lifecycle, journal, complaints, part };
}

const fails = (message: string) => () => Promise.reject(new Error(message));

describe('createLifecycle', () => {
  it('starts parts in order and stops them in reverse', async () => {
    const { lifecycle, journal, part } = arrange();
    ['a', 'b', 'c'].forEach((name) => part(name));
    expect(lifecycle.state).toBe('idle');
    await lifecycle.start();
    expect(lifecycle.state).toBe('running');
    expect(await lifecycle.stop()).toBe(true);
    expect(lifecycle.state).toBe('stopped');
    expect(journal).toEqual(['+a', '+b', '+c', '-c', '-b', '-a']);
  });

  it('unwinds a failed start in reverse, then rethrows', async () => {
    const { lifecycle, journal, part } = arrange();
    ['a', 'b'].forEach((name) => part(name));
    part('c', { start: fails('c is broken') });
    part('d');
    await expect(lifecycle.start()).rejects.toThrow('c is broken');
    expect(journal).toEqual(['+a', '+b', '-b', '-a']);
    expect(lifecycle.state).toBe('stopped');
  });

  it('stops a part without start, even when the start failed before reaching it', async () => {
    const { lifecycle, journal, part } = arrange();
    part('server', { start: fails('port in use') });
    lifecycle.add({ name: 'connection', stop: () => journal.push('-connection') });
    await expect(lifecycle.start()).rejects.toThrow('port in use');
    expect(journal).toEqual(['-connection']);
  });

  it('stops the other parts when one fails to stop, and logs which one', async () => {
    const { lifecycle, journal, complaints, part } = arrange();
    part('a');
    part('b', { stop: fails('b is stuck') });
    part('c', {
      stop: () => {
        throw new Error('c is stuck');
      },
    });
    await lifecycle.start();
    expect(await lifecycle.stop()).toBe(false);
    expect(journal).toEqual(['+a', '+b', '+c', '-a']);
    expect(complaints.map(({ part: name }) => name)).toEqual(['c', 'b']);
  });

  it('gives up at the deadline and logs the part that did not stop', async () => {
    const { lifecycle, journal, complaints, part } = arrange(20);
    part('a');
    part('stuck', { stop: () => new Promise(() => undefined) });
    await lifecycle.start();
    expect(await lifecycle.stop()).toBe(false);
    expect(complaints).toEqual([{ part: 'stuck', deadlineMs: 20 }]);
    expect(journal).toEqual(['+a', '+stuck']);
  });

  it('stops only once, however often it is called', async () => {
    const { lifecycle, journal, part } = arrange();
    part('a');
    await lifecycle.start();
    const first = lifecycle.stop();
    expect(lifecycle.stop()).toBe(first);
    expect(lifecycle.state).toBe('stopping');
    await first;
    expect(journal).toEqual(['+a', '-a']);
  });

  it('aborts its signal before any part stops', async () => {
    const { lifecycle, journal, part } = arrange();
    part('a');
    await lifecycle.start();
    lifecycle.signal.addEventListener('abort', () => journal.push('signal'));
    await lifecycle.stop();
    expect(journal).toEqual(['+a', 'signal', '-a']);
  });

  it('can stop during a start: aborts the starting part and never starts the rest', async () => {
    const { lifecycle, journal, part } = arrange();
    part('a');
    part('b', {
      start: (signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
          void lifecycle.stop();
        }),
    });
    part('c');
    await expect(lifecycle.start()).rejects.toThrow('stopped while starting');
    expect(journal).toEqual(['+a', '-b', '-a']);
  });

  it('starts nothing after a stop', async () => {
    const { lifecycle, journal, part } = arrange();
    part('a');
    expect(await lifecycle.stop()).toBe(true);
    await expect(lifecycle.start()).rejects.toThrow('stopped while starting');
    expect(journal).toEqual([]);
  });
});
