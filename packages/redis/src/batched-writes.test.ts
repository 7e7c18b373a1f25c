import { Writable } from 'node:stream';
import type { Socket } from 'node:net';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { batchWrites } from './batched-writes.js';

/** A stream that records what it sends with one system call. */
function openStream(): { stream: Writable; sent: string[] } {
  const sent: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      sent.push(chunk);
      done();
    },
    writev(chunks, done) {
      sent.push(chunks.map(({ chunk }) => chunk as string).join(''));
      done();
    },
  });
  batchWrites(stream as Socket);
  return { stream, sent };
}

describe('batchWrites', () => {
  it('sends the writes of one tick together and in order, in batches of 16', async () => {
    const { stream, sent } = openStream();
    const letters = 'abcdefghijklmnopqrst';
    for (const letter of letters) stream.write(letter);
    expect(sent).toEqual([letters.slice(0, 16)]);
    await yieldToEventLoop();
    expect(sent).toEqual([letters.slice(0, 16), letters.slice(16)]);
  });

  it('includes what promises write in the same tick', async () => {
    const { stream, sent } = openStream();
    void Promise.resolve()
      .then(() => stream.write('a'))
      .then(() => stream.write('b'));
    await yieldToEventLoop();
    expect(sent).toEqual(['ab']);
  });

  it('does not wait for a second write', async () => {
    const { stream, sent } = openStream();
    stream.write('a');
    await yieldToEventLoop();
    stream.write('b');
    await yieldToEventLoop();
    expect(sent).toEqual(['a', 'b']);
  });
});
