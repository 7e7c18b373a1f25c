import { samplePdf } from '@chatlane/testing';
import fc from 'fast-check';
import sharp from 'sharp';
import { startProcessing, type TestProcessing } from './processors.testkit.js';

let test: TestProcessing;
beforeAll(async () => {
  test = await startProcessing(() => '');
});
afterAll(() => test.stop());

/** Copies with changed bytes, and truncated ones. */
function damaged(whole: Buffer): Buffer[] {
  const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
  const changes = fc.array(change, { minLength: 1, maxLength: 40 });
  return fc
    .sample(fc.tuple(changes, fc.integer({ min: 20, max: whole.length })), 2)
    .map(([bytes, length]) => {
      const content = Buffer.from(whole);
      for (const [at, byte] of bytes) content[at] = byte;
      return content.subarray(0, length);
    });
}

describe('a processor that is given a damaged file', () => {
  it('returns a picture, a text or a failure, within its limits of time and memory', async () => {
    await test.processors({ timeoutMs: 60_000, maxBytes: 400 * 2 ** 20 });
    const create = { width: 60, height: 60, channels: 3, background: 'red' } as const;
    const made = await Promise.all(
      (['jpeg', 'png', 'webp'] as const).map(async (format) => {
        const whole = await sharp({ create }).toFormat(format).toBuffer();
        return damaged(whole).map((content) => ['thumbnail', `image/${format}`, content] as const);
      }),
    );
    const texts = damaged(samplePdf('Hello.')).map(
      (content) => ['text', 'application/pdf', content] as const,
    );
    const words: unknown[] = [];
    for (const [processor, type, content] of [...made.flat(), ...texts]) {
      const request = await test.store(content, type, [processor]);
      const { failure } = (await test.events(request, 1))[processor]!;
      words.push(failure);
    }
    const expected = [undefined, 'unreadable', 'too-big', 'locked'];
    expect(words.filter((word) => !expected.includes(word as string))).toEqual([]);
    expect(words).toHaveLength(8);
    await test.untilIdle();
    expect(await test.leftovers()).toEqual([]);
  });
});
