import type { StoredFile } from '@chatlane/contracts';
import fc from 'fast-check';
import { startDownloads, type TestDownloads } from './downloads.testkit.js';

let test: TestDownloads;
beforeAll(async () => {
  test = await startDownloads();
});
afterAll(() => test.stop());

let users = 0;

/** A new user with files of these names, requested in this order. */
async function userWith(names: string[]): Promise<number> {
  users += 1;
  for (const [index, name] of names.entries()) {
    const file = { id: `f${index}`, name } as StoredFile;
    await test.redis.zadd(test.keys.index(users), index, file.id);
    await test.redis.hset(test.keys.entries(users), file.id, JSON.stringify(file));
  }
  return users;
}

describe('createFileIndex', () => {
  it('finds files whose names contain all words, ignoring case and the encoding of accents', async () => {
    const user = await userWith(['Holiday.JPG', 'Caf\u0065\u0301 menu.pdf', 'holiday menu.pdf']);
    const find = async (words: string) => {
      const { files } = await test.index.list(user, { words, offset: 0, limit: 10 });
      return files.map(({ id }) => id);
    };
    expect(await find('holiday')).toEqual(['f2', 'f0']);
    expect(await find('  PDF menu ')).toEqual(['f2', 'f1']);
    expect(await find('caf\u00e9')).toEqual(['f1']);
    expect(await find('nothing')).toEqual([]);
    expect(await test.index.get(user, 'f1')).toMatchObject({ id: 'f1' });
    expect(await test.index.get(user, 'f9')).toBeUndefined();
  });

  it('lists every file on exactly one page, newest first, with or without a search', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a.txt', 'b.txt', 'A b.txt'), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom('', 'a', 'b a', 'txt'),
        async (names, limit, words) => {
          const user = await userWith(names);
          const fits = (name: string) =>
            words.split(' ').every((word) => name.toLowerCase().includes(word));
          const wanted = names
            .flatMap((name, index) => (fits(name) ? [`f${index}`] : []))
            .reverse();
          const paged: string[] = [];
          for (let offset = 0; offset <= names.length; offset += limit) {
            const { files, total } = await test.index.list(user, { words, offset, limit });
            expect(total).toBe(wanted.length);
            paged.push(...files.map(({ id }) => id));
          }
          expect(paged).toEqual(wanted);
        },
      ),
      { numRuns: 40 },
    );
  });
});
