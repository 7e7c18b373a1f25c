import { sleep } from './sleep.js';

describe('sleep', () => {
  it('resolves after the given time', async () => {
    await expect(sleep(1)).resolves.toBeUndefined();
  });

  it("rejects with the signal's reason as soon as it is aborted", async () => {
    const controller = new AbortController();
    const slept = sleep(1_000_000, controller.signal);
    controller.abort(new Error('stopping'));
    await expect(slept).rejects.toThrow('stopping');
    await expect(sleep(1_000_000, controller.signal)).rejects.toThrow('stopping');
  });
});
