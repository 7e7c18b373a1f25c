import { jest } from '@jest/globals';
import { DownloadRefused } from '@chatlane/contracts';

jest.useFakeTimers();
afterAll(() => void jest.useRealTimers());
// Loaded now, because birpc uses the timers that it finds when it is loaded.
const { connectThreads } = await import('./thread-rpc.js');

interface Functions {
  first(): Promise<void>;
  second(): Promise<void>;
}

/** A port that only records what is posted. */
function silentPort() {
  const posted: { m: string; i: string }[] = [];
  let receive: (message: unknown) => void = () => undefined;
  return {
    posted,
    receive: (message: unknown) => receive(message),
    on: (_: 'message', listener: (message: unknown) => void) => (receive = listener),
    postMessage: (message: unknown) => void posted.push(message as { m: string; i: string }),
  };
}

describe('connectThreads', () => {
  it('posts calls at once and in order', () => {
    const port = silentPort();
    const remote = connectThreads<Functions, object>(port, {});
    void remote.first();
    void remote.second();
    expect(port.posted.map(({ m }) => m)).toEqual(['first', 'second']);
  });

  it('waits for an answer as long as it takes', async () => {
    const port = silentPort();
    const answered = connectThreads<Functions, object>(port, {}).first();
    await jest.advanceTimersByTimeAsync(3_600_000);
    port.receive({ t: 's', i: port.posted[0]!.i });
    await expect(answered).resolves.toBeUndefined();
  });

  it("keeps the class of an error that the other side's function throws", async () => {
    const [here, there] = [silentPort(), silentPort()];
    const answered = connectThreads<Functions, object>(here, {}).first();
    connectThreads<object, object>(there, {
      first: () => Promise.reject(new DownloadRefused('too-big', 20)),
    });
    there.receive(structuredClone(here.posted[0]));
    await jest.advanceTimersByTimeAsync(0);
    here.receive(structuredClone(there.posted[0]));
    await expect(answered).rejects.toEqual(new DownloadRefused('too-big', 20));
    await expect(answered).rejects.toBeInstanceOf(DownloadRefused);
  });
});
