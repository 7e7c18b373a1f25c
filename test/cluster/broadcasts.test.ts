import {
  createBroadcastRunner,
  createBroadcasts,
  createChatRecorder,
  createKnownChats,
  type BroadcastSender,
} from '@chatlane/broadcasts';
import { awaitRedis, connectRedis } from '@chatlane/redis';
import { until } from '@chatlane/testing';
import { startRedisCluster } from '../harness/redis-cluster.js';

describe('broadcasts on a Redis Cluster', () => {
  it('go to a segment of the known chats, each once, except those that have opted out', async () => {
    const cluster = await startRedisCluster({ replicasPerMaster: 0 });
    const redis = connectRedis({ url: cluster.url, name: 'test', whenDown: 'wait' });
    await awaitRedis(redis, new AbortController().signal);
    const deployment = { redis, name: 'chatlane' };
    const recorder = createChatRecorder(deployment);
    const chats = Array.from({ length: 500 }, (_each, index) => index + 1);
    for (const id of chats) recorder.saw({ message: { chat: { id }, from: { id } } });
    await recorder.stop();
    await createKnownChats(deployment).optOut(7, 'news');

    const left: number[] = [];
    const sender: BroadcastSender = {
      async send({ payload }, { begin }) {
        if (!(await begin())) return { outcome: 'not-sent' };
        left.push(payload['chat_id'] as number);
        return { outcome: 'sent' };
      },
    };
    const broadcasts = createBroadcasts(deployment);
    const runner = createBroadcastRunner({ ...deployment, sender });
    await runner.start();
    const id = await broadcasts.create({ content: { message: { text: 'news' } } });
    expect(await broadcasts.addSegment(id, { activeDays: 1 })).toMatchObject({ recipients: 500 });
    const { code } = await broadcasts.preview(id, {
      chatId: 1,
      sender: { send: () => Promise.resolve({ outcome: 'sent' }) },
    });
    await broadcasts.start(id, { code });
    await until(async () => (await broadcasts.status(id)).state === 'finished');
    expect(left.sort((a, b) => a - b)).toEqual(chats.filter((chat) => chat !== 7));
    expect((await broadcasts.list())[0]).toMatchObject({ counts: { sent: 499, 'opted-out': 1 } });

    await runner.stop();
    await broadcasts.close();
    redis.disconnect();
    await cluster.stop();
  });
});
