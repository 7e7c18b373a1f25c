import { MongoClient } from 'mongodb';
import { sessionStoreChecks } from './conformance.js';
import { mongoStore, type MongoSession } from './mongo-store.js';
import { itRefusesFrozenTurns } from './table-checks.testkit.js';
import { turnsOn } from './turns-on.js';

// No package registry has a MongoDB server, so these tests run only where MONGODB_URL names one.
const url = process.env['MONGODB_URL'];

if (url === undefined || url === '') {
  describe('mongoStore', () => {
    it('is checked only where MONGODB_URL is set, as in the GitHub workflow', () => {
      expect(url ?? '').toBe('');
    });
  });
} else {
  describe('mongoStore', () => {
    const client = new MongoClient(url);
    const collection = client.db().collection<MongoSession>(`chatlane_test_${process.pid}`);
    afterAll(async () => {
      await collection.drop();
      await client.close();
    });

    it.each(sessionStoreChecks.map((check, index) => ({ ...check, user: 1_000 * index })))(
      '$name',
      ({ run, user }) =>
        run(
          (options) => turnsOn(mongoStore<Record<string, unknown>>({ collection }), options),
          user,
        ),
    );

    it('lists all sessions in the order of their keys, without cleared ones', async () => {
      await collection.deleteMany({});
      const store = mongoStore({ collection });
      for (const key of ['c:2:1', 'c:1:1', 'c:3:1']) await store.set(key, { key });
      const session = { writtenBy: undefined, previousJson: undefined, ttlSeconds: 0 };
      const { version } = (await store.read('c:3:1'))!;
      await store.write('c:3:1', { ...session, json: undefined }, version);
      const listed: string[] = [];
      for await (const { key } of store.entries()) listed.push(key);
      expect(listed).toEqual(['c:1:1', 'c:2:1']);
      expect(await store.remove('c:1:1')).toBe(true);
      expect(await store.remove('c:1:1')).toBe(false);
    });

    describe('as a table', () => {
      beforeAll(() => collection.deleteMany({}));
      itRefusesFrozenTurns(() => mongoStore({ collection }));
    });

    it('creates an index with which MongoDB deletes expired sessions', async () => {
      await mongoStore({
        collection: client.db().collection<MongoSession>(collection.collectionName),
      }).set('c:1:1', {});
      expect(await collection.indexes()).toContainEqual(
        expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }),
      );
    });
  });
}
