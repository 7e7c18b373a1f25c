import { sleep } from './sleep.js';

describe('sleep', () => {
  it('resolves when the time is over', async () => {
    await expect(sleep(1)).resolves.toBeUndefined();
  });

  it('throws the reason of the signal as soon as it fires', async () => {
    const controller = new AbortController();
    const slept = sleep(1_000_000, controller.signal);
    controller.abort(new Error('stopping'));
    await expect(slept).rejects.toThrow('stopping');
    await expect(sleep(1_000_000, controller.signal)).rejects.toThrow('stopping');
  });
});
