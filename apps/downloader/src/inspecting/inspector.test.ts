import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { InspectionStopped } from '@chatlane/contracts';
import { createInspector, type Inspector } from './inspector.js';

/** What the thread does with files of certain names; all others it inspects like the real thread. */
const thread = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ path }) => {
    if (path.endsWith('hangs')) /^(<!--[^]*?-->)*<svg/.test('<!---->'.repeat(40) + 'x');
    if (path.endsWith('eats')) for (const all = []; ; ) all.push(new Array(1e5).fill(path + all.length));
    if (path.endsWith('ends')) process.exit(0);
    parentPort.postMessage({ value: { type: 'text/plain', isSafe: true } });
  });
`;
const open = (): Worker =>
  new Worker(thread, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 16 } });

let inspector: Inspector;
afterEach(() => inspector.stop());

describe('an inspection', () => {
  it.each(['hangs', 'eats', 'ends'])(
    'of a file that %s is terminated, and the next files are inspected',
    async (name) => {
      inspector = createInspector({ open, mostMs: 3_000 });
      const bad = inspector.inspect(name, undefined);
      const good = inspector.inspect('good', undefined);
      await expect(bad).rejects.toThrow(InspectionStopped);
      expect(await good).toEqual({ type: 'text/plain', isSafe: true });
    },
  );

  it('is skipped if its download was stopped while it waited', async () => {
    inspector = createInspector({ open });
    const signal = AbortSignal.abort(new Error('forgotten'));
    await expect(inspector.inspect('good', undefined, signal)).rejects.toThrow('forgotten');
  });

  it('inspects a real file in the real thread', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'chatlane-inspector-'));
    const path = join(dir, 'file');
    await writeFile(path, 'a,b');
    const url = new URL('inspection-thread.ts', import.meta.url).href;
    const compiled = `import('tsx/esm/api').then(({ register }) => (register(), import('${url}')))`;
    inspector = createInspector({ open: () => new Worker(compiled, { eval: true }) });
    expect(await inspector.inspect(path, 'text/csv')).toEqual({ type: 'text/csv', isSafe: true });
    await expect(inspector.inspect(join(dir, 'none'), undefined)).rejects.toThrow('ENOENT');
    await rm(dir, { recursive: true });
  });
});
