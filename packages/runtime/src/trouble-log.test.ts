import { jest } from '@jest/globals';
import { createTroubleLog } from './trouble-log.js';

interface Line {
  what: string;
  count?: number;
  err: Error;
}

function openLog(everyMs: number): {
  lines: Line[];
  trouble: (what: string, error: Error) => void;
} {
  const lines: Line[] = [];
  const warn = (line: Line): void => void lines.push(line);
  return { lines, trouble: createTroubleLog({ warn } as never, everyMs) };
}

const oom = (key: string): Error =>
  new Error(`OOM command not allowed when used memory > 'maxmemory'. script: ${key}`);

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('createTroubleLog', () => {
  it('logs a new cause immediately, and then its count at intervals', () => {
    const { lines, trouble } = openLog(10_000);
    for (let each = 0; each < 500; each += 1) trouble('wake-up', oom(`key ${each}`));
    expect(lines).toHaveLength(1);
    jest.advanceTimersByTime(10_000);
    expect(lines.map(({ count }) => count)).toEqual([undefined, 499]);
    trouble('wake-up', oom('again'));
    jest.advanceTimersByTime(10_000);
    expect(lines.map(({ count }) => count)).toEqual([undefined, 499, 1]);
    // The cause went away and came back.
    jest.advanceTimersByTime(60_000);
    trouble('wake-up', oom('later'));
    expect(lines.map(({ count }) => count)).toEqual([undefined, 499, 1, undefined]);
  });

  it("distinguishes causes by the operation, the error code, and Redis's error prefix", () => {
    const { lines, trouble } = openLog(10_000);
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    for (const error of [oom('one'), new Error('READONLY You cannot write'), reset]) {
      trouble('wake-up', error);
      trouble('sweep', error);
      trouble('sweep', error);
    }
    expect(lines).toHaveLength(6);
  });
});
