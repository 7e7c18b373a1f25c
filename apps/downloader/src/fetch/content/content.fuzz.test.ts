import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { createInspector, type Inspector } from '../../inspecting/inspector.js';
import { safeName } from './safe-name.js';
import { zipOf } from './zip.testkit.js';

/** The real thread: it is terminated, and the property fails, when a file takes 10 s or 64 MB. */
let inspector: Inspector;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chatlane-fuzz-'));
  const url = new URL('../../inspecting/inspection-thread.ts', import.meta.url).href;
  const compiled = `import('tsx/esm/api').then(({ register }) => (register(), import('${url}')))`;
  const resourceLimits = { maxOldGenerationSizeMb: 64 };
  inspector = createInspector({ open: () => new Worker(compiled, { eval: true, resourceLimits }) });
});
afterAll(async () => {
  await inspector.stop();
  await rm(dir, { recursive: true, force: true });
});

async function inspect(content: string | Buffer) {
  const path = join(dir, 'file');
  await writeFile(path, content);
  return inspector.inspect(path, undefined);
}

const part = fc.constantFrom(
  ...['<!--', '-->', '<?xml ', '?>', '<svg', '<html>', '<!doctype ', '<', '>', ' ', 'ftypavif'],
  ...['%PDF-1.4', 'PK\x03\x04', 'PK\x01\x02', 'PK\x05\x06', 'GIF89a', 'RIFF', '\0', '\xff', 'x'],
);
const text = fc
  .array(fc.tuple(part, fc.constantFrom(1, 2, 40, 3_000)), { maxLength: 12 })
  .map((parts) => parts.map(([each, times]) => each.repeat(times)).join(''));

const step = fc.constantFrom('..', 'a', '...', '', 'C:', 'ä', '.');
const name = fc
  .array(fc.tuple(step, fc.constantFrom('/', '\\')), { minLength: 1, maxLength: 4 })
  .map((steps) => steps.map(([each, slash]) => each + slash).join('') + 'x');
const entry = fc.record(
  { name, unicode: name, unicodeBefore: name, link: name, isUnlisted: fc.boolean() },
  { requiredKeys: ['name'] },
);
const junk = fc
  .uint8Array({ maxLength: 40 })
  .map((bytes) => Buffer.from(bytes.map((byte) => byte & 0x3f)));

/** Decided by resolving the path as both kinds of systems do, not by its form. */
function climbs(path: string): boolean {
  const drive = /^[a-z]:/i.test(path);
  const steps = path.replaceAll('\\', '/').split('/');
  let depth = 0;
  for (const each of steps) {
    if (each === '..') depth -= 1;
    else if (each !== '' && each !== '.') depth += 1;
    if (depth < 0) return true;
  }
  return drive || path.startsWith('/') || path.startsWith('\\');
}

describe('the content checks', () => {
  it('terminate for markup, format signatures and repetitions of them', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (content) => {
        const { type } = await inspect(Buffer.from(content, 'latin1'));
        expect(type).toMatch(/^[a-z]+\/[\w.+-]+$/);
      }),
      { numRuns: 200 },
    );
  });

  it('reject archives with paths that lead outside, whatever junk surrounds them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { minLength: 1, maxLength: 4 }),
        junk,
        junk,
        async (entries, before, behind) => {
          // Unlisted entries behind junk are invisible to every unpacker.
          const seen = before.length === 0 ? entries : entries.filter((each) => !each.isUnlisted);
          const names = seen.flatMap((each) => [
            each.name,
            each.unicodeBefore,
            ...(each.isUnlisted ? [] : [each.unicode, each.link]),
          ]);
          const { isSafe } = await inspect(Buffer.concat([before, zipOf(entries), behind]));
          if (names.some((each) => each !== undefined && climbs(each))) expect(isSafe).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('terminate for archives that are damaged anywhere', async () => {
    const archive = zipOf([{ name: 'a', unicode: 'b' }, { name: 'c', link: 'a' }, { name: 'd' }]);
    const damage = fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(archive.length), async (changes, length) => {
        const damaged = Buffer.from(archive);
        for (const [at, byte] of changes) damaged[at] = byte;
        const { isSafe } = await inspect(damaged.subarray(0, length));
        expect(typeof isSafe).toBe('boolean');
      }),
      { numRuns: 300 },
    );
  });

  it('produce names without folders, invisible characters and device names, of at most 200 bytes', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(
        'aux',
        'con ',
        ' .',
        '../',
        'C:\\',
        '\u202e',
        '\ud800',
        '\u00a0',
        '.'.repeat(500),
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const safe = safeName(pieces.join(''), 'document');
        expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(200);
        expect(safe).toMatch(/^[^\p{Cc}\p{Cf}\p{Cs}/\\:*?"<>|]+$/u);
        expect(safe).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)\s*(\.|$)|^[.\-~ ]|[. ]$/i);
      }),
      { numRuns: 1_000 },
    );
  });
});
