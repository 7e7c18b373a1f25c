import { within } from './within.js';

describe('within', () => {
  it('settles with the result or error of work that ends in time', async () => {
    expect(await within(60_000, Promise.resolve(7))).toBe(7);
    await expect(within(60_000, Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('rejects when the work is late, and ignores its later outcome', async () => {
    let fail: (error: Error) => void;
    const work = new Promise<never>((_resolve, reject) => (fail = reject));
    await expect(within(5, work)).rejects.toThrow('no answer within 5 ms');
    await expect(within(5, work, () => new RangeError('late'))).rejects.toThrow(RangeError);
    fail!(new Error('must not become an unhandled rejection'));
    await new Promise(setImmediate);
  });
});
