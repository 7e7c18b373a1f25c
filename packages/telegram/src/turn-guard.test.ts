import { failureOf, flood, ok, startClient } from './bot-api.testkit.js';
import { TurnOverError } from './errors.js';

describe('guardTurn', () => {
  it('sends nothing for a lane that is held no longer', async () => {
    await using test = await startClient();
    test.turn.held = false;
    const error = await failureOf(test.telegram.sendMessage(42, 'hi'));
    expect(error).toBeInstanceOf(TurnOverError);
    expect(error).toMatchObject({ nextAction: 'over', method: 'sendMessage' });
    expect(test.api.requests).toEqual([]);
  });

  it('aborts a request that is under way when the signal fires, and keeps the reason', async () => {
    await using test = await startClient(() => 'hang');
    const reason = new Error('deadline');
    const call = failureOf(test.telegram.sendMessage(42, 'hi'));
    await test.api.until(1);
    test.cancel.abort(reason);
    expect(await call).toMatchObject({ name: 'TurnOverError', cause: reason });
  });

  it('looks again after a wait: a lease lost meanwhile stops the call', async () => {
    await using test = await startClient((_, index) => {
      test.turn.held = false;
      return index === 0 ? flood(0.01) : ok;
    });
    expect(await failureOf(test.telegram.sendMessage(42, 'hi'))).toBeInstanceOf(TurnOverError);
    expect(test.api.requests).toHaveLength(1);
  });

  it('ends a wait at once when the signal fires', async () => {
    await using test = await startClient(() => flood(15));
    const call = failureOf(test.telegram.sendMessage(42, 'hi'));
    await test.api.until(1);
    test.cancel.abort();
    expect(await call).toBeInstanceOf(TurnOverError);
  });

  it("rejects with the caller's own reason when it was the caller who aborted", async () => {
    await using test = await startClient(() => 'hang');
    const own = new AbortController();
    const call = failureOf(test.telegram.callApi('getMe', {}, { signal: own.signal }));
    await test.api.until(1);
    own.abort(new Error('not wanted any more'));
    expect((await call).message).toBe('not wanted any more');
  });

  it('lets other turns send on while one is over', async () => {
    await using test = await startClient();
    test.cancel.abort();
    const other = { signal: new AbortController().signal, isHeld: () => true };
    expect(await test.client.forTurn(other).sendMessage(42, 'hi')).toBe(true);
  });
});
