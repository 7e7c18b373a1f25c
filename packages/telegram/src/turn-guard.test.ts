import { getEventListeners, getMaxListeners } from 'node:events';
import { until } from '@chatlane/testing';
import { failureOf, flood, ok, startClient } from './bot-api.testkit.js';
import { TurnOverError } from './errors.js';

describe('guardTurn', () => {
  it('sends nothing once the lease is lost', async () => {
    await using test = await startClient();
    test.turn.held = false;
    const error = await failureOf(test.telegram.sendMessage(42, 'hi'));
    expect(error).toBeInstanceOf(TurnOverError);
    expect(error).toMatchObject({ nextAction: 'over', method: 'sendMessage' });
    expect(test.api.requests).toEqual([]);
  });

  it('aborts a pending request when the signal fires, and keeps the reason', async () => {
    await using test = await startClient(() => 'hang');
    const reason = new Error('deadline');
    const call = failureOf(test.telegram.sendMessage(42, 'hi'));
    await test.api.until(1);
    test.cancel.abort(reason);
    expect(await call).toMatchObject({ name: 'TurnOverError', cause: reason });
  });

  it('checks again after a wait, so that a lease lost meanwhile stops the call', async () => {
    await using test = await startClient((_, index) => {
      test.turn.held = false;
      return index === 0 ? flood(0.01) : ok;
    });
    expect(await failureOf(test.telegram.sendMessage(42, 'hi'))).toBeInstanceOf(TurnOverError);
    expect(test.api.requests).toHaveLength(1);
  });

  it('ends a wait as soon as the signal fires', async () => {
    await using test = await startClient(() => flood(15));
    const call = failureOf(test.telegram.sendMessage(42, 'hi'));
    await test.api.until(1);
    test.cancel.abort();
    expect(await call).toBeInstanceOf(TurnOverError);
  });

  it("rejects with the caller's reason when the caller aborted", async () => {
    await using test = await startClient(() => 'hang');
    const own = new AbortController();
    const call = failureOf(test.telegram.callApi('getMe', {}, { signal: own.signal }));
    await test.api.until(1);
    own.abort(new Error('no longer wanted'));
    expect((await call).message).toBe('no longer wanted');
  });

  it('lets more than ten calls of a turn wait without a warning about listeners', async () => {
    await using test = await startClient(() => flood(15));
    const { signal } = test.cancel;
    const calls = Array.from({ length: 20 }, () => failureOf(test.telegram.sendMessage(42, 'hi')));
    await until(() => getEventListeners(signal, 'abort').length > 10, 'the calls wait');
    expect(getMaxListeners(signal)).toBe(Infinity);
    test.cancel.abort();
    await Promise.all(calls);
  });

  it('does not affect other turns', async () => {
    await using test = await startClient();
    test.cancel.abort();
    const other = { signal: new AbortController().signal, isHeld: () => true };
    expect(await test.client.forTurn(other).sendMessage(42, 'hi')).toBe(true);
  });
});
