import { until } from './until.js';

describe('until', () => {
  it('returns the first truthy result', async () => {
    const answers = [undefined, 0, false, '', 'there'];
    expect(await until(() => Promise.resolve(answers.shift()))).toBe('there');
    expect(answers).toEqual([]);
  });

  it('fails with what it waited for and the last result', async () => {
    const count = 0;
    await expect(until(() => count, 'a first letter', 20)).rejects.toThrow(
      'waited 0.02 s in vain for: a first letter\nThe last result: 0',
    );
    await expect(until(() => count > 2, undefined, 20)).rejects.toThrow('count > 2');
    const what = () => `more than ${count}`;
    await expect(until(() => count, what, 20)).rejects.toThrow('for: more than 0');
  });

  it('rethrows errors of the check', async () => {
    const check = (): boolean => {
      throw new Error('the process has ended');
    };
    await expect(until(check)).rejects.toThrow('the process has ended');
  });
});
