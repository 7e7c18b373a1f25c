import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { compileFsStorage, otherDevice } from './fs-process.testkit.js';
import { createFsStorage } from './fs-storage.js';
import { contentOf, keysOf } from './storage.testkit.js';

const bytes = 4_000_000;

/** Repeatedly puts the same four files, half of them from another device, and prints each key. */
const writer = `
const [dir, elsewhere] = process.argv.slice(2);
const storage = createFsStorage({ dir });
await storage.check();
for (let turn = 0; ; turn += 1) {
  const content = Buffer.alloc(${bytes}, createHash('sha256').update(String(turn % 4)).digest());
  const sha256 = createHash('sha256').update(content).digest('hex');
  const path = join(Math.random() < 0.5 ? storage.spool : elsewhere, 'source-' + randomUUID());
  await writeFile(path, content);
  const key = storageKey({ id: '', kind: 'document', sha256 }, 'content');
  await storage.put(key, { path }, { size: content.length, sha256, type: '' });
  console.log(key);
}`;

describe('the fs storage', () => {
  it('keeps every file intact while two writers of the same keys are repeatedly killed', async () => {
    const compiled = compileFsStorage();
    const program = compiled.program(writer);
    const dir = await mkdtemp(join(tmpdir(), 'chatlane-files-'));
    const elsewhere = otherDevice();
    const storage = createFsStorage({ dir });
    const put = new Set<string>();
    const torn: string[] = [];
    let kills = 0;

    const expectWhole = async (key: string): Promise<void> => {
      const content = await contentOf(storage, key);
      const sha256 = content && createHash('sha256').update(content).digest('hex');
      if (sha256 && !key.endsWith(sha256)) torn.push(key);
    };

    /** Kills a writer at a random point of its second to fifth file, three times. */
    async function writeAndKill(): Promise<void> {
      for (let life = 0; life < 3; life += 1) {
        const child: ChildProcess = spawn(process.execPath, [program, dir, elsewhere], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const last = 2 + Math.floor(Math.random() * 4);
        let files = 0;
        for await (const key of createInterface({ input: child.stdout! })) {
          put.add(key);
          if ((files += 1) === last) setTimeout(() => child.kill('SIGKILL'), Math.random() * 20);
        }
        if (child.signalCode === null) await once(child, 'exit');
        if (child.signalCode === 'SIGKILL') kills += 1;
      }
    }

    let writing = true;
    const writers = Promise.all([writeAndKill(), writeAndKill()]).finally(() => (writing = false));
    for (let round = 0; writing; round += 1) {
      await setImmediate();
      for (const key of put) {
        const size = (await storage.stat(key))?.size ?? bytes;
        if (size !== bytes) torn.push(key);
        // Keys are deleted from time to time, so that the writers really write, and do so concurrently.
        if (round % 100 === 0) await storage.delete(key);
      }
    }
    await writers;

    expect(kills).toBe(6);
    expect(put.size).toBe(4);
    for (const key of await keysOf(storage)) await expectWhole(key);
    expect(torn).toEqual([]);
    await storage.removeLeftovers(0);
    expect(await readdir(storage.spool)).toEqual([]);
    compiled.remove();
    for (const folder of [dir, elsewhere]) rmSync(folder, { recursive: true, force: true });
  });
});
