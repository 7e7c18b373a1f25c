import { within } from './within.js';

it('gives the answer, or the error, that comes in time', async () => {
  expect(await within(60_000, Promise.resolve(7))).toBe(7);
  await expect(within(60_000, Promise.reject(new Error('no')))).rejects.toThrow('no');
});

it('gives up on one that does not, whatever comes of it later', async () => {
  let fail: (error: Error) => void;
  const work = new Promise<never>((_resolve, reject) => (fail = reject));
  await expect(within(5, work)).rejects.toThrow('no answer within 5 ms');
  await expect(within(5, work, () => new RangeError('late'))).rejects.toThrow(RangeError);
  fail!(new Error('nobody hears it'));
  await new Promise(setImmediate);
});
