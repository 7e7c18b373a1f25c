import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { until } from '@chatlane/testing';
import { readNotes } from '../downloads/notes.js';
import { meet, type Person } from '../harness/person.js';
import { startRedisCluster, type RedisCluster } from '../harness/redis-cluster.js';
import { startSystemOn, type SystemOnRedis } from '../harness/system.js';

const REDIS_WAIT_REPLICAS = '1';

let cluster: RedisCluster;
let system: SystemOnRedis;
beforeAll(async () => {
  cluster = await startRedisCluster();
  const env = { REDIS_WAIT_REPLICAS };
  const recordingBot = fileURLToPath(new URL('../downloads/recording-bot.mjs', import.meta.url));
  system = await startSystemOn(cluster.url, {
    workers: 1,
    downloaders: 2,
    ingressEnv: env,
    workerEnv: { ...env, BOT_MODULE: recordingBot },
    downloaderEnv: env,
  });
});
afterAll(async () => {
  await system?.stop();
  await cluster?.stop();
});

describe('a download on a Redis Cluster', () => {
  it('stores each file once and answers it once when the master that holds the downloads dies', async () => {
    const people = await Promise.all([1, 2, 3, 4].map(() => meet(system)));
    let sent = 0;
    const sendFiles = (each: number): Promise<unknown> =>
      Promise.all(people.flatMap((person) => Array.from({ length: each }, () => send(person))));
    const send = (person: Person): Promise<string> =>
      person.sendFile({ name: 'a.bin', seed: (sent += 1), size: 100_000 });

    await sendFiles(5);
    const victim = await cluster.masterOf('{chatlane}:files');
    const replica = await cluster.replicaOf(victim);
    // From here on the replica receives no writes, so a request acknowledged now would be lost with the master.
    replica.signal('SIGSTOP');
    await victim.ask('CLIENT', 'KILL', 'TYPE', 'replica');
    await sendFiles(5);
    await sleep(1_500);
    await victim.kill();
    replica.signal('SIGCONT');
    await cluster.untilWhole();
    await sendFiles(5);
    // The old master comes back as a replica of the new one.
    await victim.startAgain();
    await sendFiles(5);

    const notesOf = ({ id }: Person) => readNotes(system, id);
    for (const person of people) {
      const answered = async () => (await notesOf(person)).filter(({ what }) => what !== 'asked');
      await until(async () => (await answered()).length >= 20, `20 answers to ${person.id}`);
    }
    await system.untilQuiet();
    const notes = (await Promise.all(people.map(notesOf))).flat();
    const ready = notes.filter((note) => note.what === 'ready');
    expect(notes.filter(({ what }) => what === 'failed')).toEqual([]);
    expect(ready).toHaveLength(sent);
    expect(new Set(ready.map(({ request }) => request)).size).toBe(sent);
    const entries = await readdir(join(system.storageDir, 'files'), {
      recursive: true,
      withFileTypes: true,
    });
    const stored = entries.filter((entry) => entry.isFile()).map(({ name }) => basename(name));
    expect(stored.sort()).toEqual(ready.map(({ sha256 }) => sha256).sort());
  });
});
