import type { DownloadRequest } from '@chatlane/contracts';
import {
  addScript,
  beginScript,
  closeAlbumScript,
  collectOrphanScript,
  intendScript,
  putOffScript,
  recordScript,
  refuseScript,
  renewScript,
  type Begun,
} from '../src/scripts.js';
import { request, startDownloads, until, type TestDownloads } from './downloads.testkit.js';

let test: TestDownloads;
beforeAll(async () => {
  test = await startDownloads();
});
afterAll(() => test.stop());

const DAY = 86_400_000;
const noQuota = [-1, -1, -1, -1];

const begin = ({ id, userId, requestedAt, media }: DownloadRequest, leaseMs: number) =>
  beginScript.run(test.redis, test.keys.scope, [
    ...[id, userId, requestedAt, media.fileUniqueId, 5, leaseMs, 0, 9, DAY, ...noQuota, '', 2],
  ]);
const intend = ({ id, userId }: DownloadRequest, { run }: Begun, leaseMs: number) =>
  intendScript.run(test.redis, test.keys.scope, [
    ...[id, run, userId, `key-of-${id}`, 5, leaseMs, ...noQuota],
  ]);
const record = ({ id, userId, media }: DownloadRequest, { run }: Begun, key: string) =>
  recordScript.run(test.redis, test.keys.scope, [
    ...[id, run, userId, media.fileUniqueId, key, `{"key":"${key}"}`, '{}', '', '{}', DAY],
  ]);

describe('the scripts', () => {
  it('ignore a run after another one has taken over', async () => {
    const wanted = request();
    const { id, userId, media } = wanted;
    const first = (await begin(wanted, 50)) as Begun;
    expect(first.state).toBe('fetch');
    const second = await until<Begun>(async () => {
      const beginning = await begin(wanted, 60_000);
      return beginning.state === 'fetch' && beginning;
    });
    expect(await begin(wanted, 60_000)).toMatchObject({ state: 'wait', why: 'lost' });

    const { redis, keys } = test;
    const late = [id, first.run, userId, media.fileUniqueId];
    expect(await renewScript.run(redis, keys.scope, [...late, 60_000])).toBe('lost');
    expect(await intend(wanted, first, 60_000)).toEqual({ state: 'lost' });
    expect(await record(wanted, first, 'k')).toEqual({ state: 'lost' });
    expect(await refuseScript.run(redis, keys.scope, [...late, 'unsafe', '{}', DAY])).toEqual({
      state: 'lost',
    });
    expect(await putOffScript.run(redis, keys.scope, [...late, 1])).toEqual({ state: 'lost' });

    const intent = await intend(wanted, second, 60_000);
    expect(await record(wanted, second, intent.state === 'put' ? intent.key : '')).toMatchObject({
      state: 'recorded',
    });
    // A recorded result is final.
    const again = [id, second.run, userId, media.fileUniqueId, 'unsafe', '{}', DAY];
    expect(await refuseScript.run(redis, keys.scope, again)).toEqual({ state: 'lost' });
  });

  it('do not record an object that was deleted in between, and give the next one a new key', async () => {
    const wanted = request();
    const begun = (await begin(wanted, 60_000)) as Begun;
    const intent = await intend(wanted, begun, 60_000);
    const key = `key-of-${wanted.id}`;
    expect(intent).toMatchObject({ state: 'put', key });
    const collect = () => collectOrphanScript.run(test.redis, test.keys.scope, [key]);
    expect(await collect()).toBe('later');
    // The announcement of the object has expired, as if the process had been frozen.
    await test.redis.zadd(`${test.keys.scope[0]}:intent:${key}`, 1, wanted.id);
    expect(await collect()).toBe('orphaned');
    expect(await collect()).toBe('orphaned');
    expect(await record(wanted, begun, key)).toEqual({ state: 'again' });
    const next = await intend(wanted, begun, 60_000);
    expect(next).toMatchObject({ key: `${key}.r1` });
    expect(await record(wanted, begun, `${key}.r1`)).toMatchObject({ state: 'recorded' });
    expect(await collectOrphanScript.run(test.redis, test.keys.scope, [`${key}.r1`])).toBe('kept');
  });

  it('close an album after a quiet period, and open its next batch', async () => {
    const add = async (wanted: DownloadRequest): Promise<void> => {
      const args = [wanted.id, wanted.userId, wanted.requestedAt, 'album'];
      await addScript.run(test.redis, test.keys.scope, args);
      const begun = (await begin(wanted, 60_000)) as Begun;
      const { id, userId, media } = wanted;
      const refusal = [id, begun.run, userId, media.fileUniqueId, 'unsafe', `"${id}"`, DAY];
      await refuseScript.run(test.redis, test.keys.scope, refusal);
    };
    const close = (batch: number, quietMs: number) =>
      closeAlbumScript.run(test.redis, test.keys.scope, ['album', batch, quietMs]);
    const [one, two, late] = [request(), request(), request()] as const;
    await add(one);
    await add(two);
    expect((await close(1, 60_000)).state).toBe('wait');
    const closed = { state: 'closed', results: [one.id, two.id] };
    expect(await close(1, 0)).toEqual(closed);
    await add(late);
    expect(await close(1, 60_000)).toEqual(closed);
    expect(await close(2, 0)).toEqual({ state: 'closed', results: [late.id] });
  });
});
