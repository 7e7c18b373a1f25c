import { createClock } from '../clock.js';
import { createRing } from '../ring.js';
import { heldContent } from './content.js';
import { createFiles } from './files.js';
import { createHistories } from './history.js';
import { photoSize } from './photo-size.js';

const chat = { id: 1, type: 'private' as const };

describe("the world's memory", () => {
  it('keeps the newest messages of a chat', () => {
    const histories = createHistories(3);
    for (let id = 1; id <= 5; id += 1) histories.put({ message_id: id, chat, date: 0 });
    expect(histories.list(1).map(({ message_id }) => message_id)).toEqual([3, 4, 5]);
    histories.put({ message_id: 4, chat, date: 9 });
    expect(histories.list(1).map(({ date }) => date)).toEqual([0, 9, 0]);
    expect(histories.nextMessageId(1)).toBe(6);
  });

  it('keeps the newest files up to a total size', () => {
    const files = createFiles(createClock(1), 25);
    const add = (name: string) =>
      files.add({
        kind: 'document',
        name,
        mimeType: 'text/plain',
        content: heldContent(Buffer.alloc(10)),
      });
    const [first, second, third] = [add('a.txt'), add('b.txt'), add('c.txt')];
    expect(files.get(first.fileId)).toBeUndefined();
    expect([files.get(second.fileId)?.name, files.get(third.fileId)?.name]).toEqual([
      'b.txt',
      'c.txt',
    ]);
    expect(second.uniqueId).toBe(third.uniqueId);
  });

  it('keeps the newest records, listed after an id or from the end', () => {
    const ring = createRing<{ id: number; text: string }>(4);
    for (const text of ['a', 'b', 'c', 'd', 'e', 'f']) ring.add({ text });
    const texts = (range: { since?: number; limit?: number }) =>
      ring.list(range).map(({ id, text }) => `${id}${text}`);
    expect(texts({})).toEqual(['3c', '4d', '5e', '6f']);
    expect(texts({ limit: 2 })).toEqual(['5e', '6f']);
    expect(texts({ since: 3, limit: 2 })).toEqual(['4d', '5e']);
    expect(texts({ since: 0, limit: 1 })).toEqual(['3c']);
    expect(texts({ since: 6 })).toEqual([]);
  });
});

describe('the size of a picture', () => {
  it('is read from JPEG and GIF headers, and defaults to a square', () => {
    const jpeg = Buffer.from('ffd8ffe00004000fffc0001108012c019003', 'hex');
    const gif = Buffer.from('474946383961400130000000', 'hex');
    expect(photoSize(jpeg)).toEqual({ width: 400, height: 300 });
    expect(photoSize(gif)).toEqual({ width: 320, height: 48 });
    expect(photoSize(Buffer.from('none'))).toEqual({ width: 512, height: 512 });
  });
});
