import type { SessionTable } from './session-table.js';

const session = { writtenBy: undefined, previousJson: undefined, ttlSeconds: 0 };
const before = { ...session, json: '"before"' };
const later = { ...session, json: '"later"' };
const late = { ...session, json: '"late"' };

/** Every table must refuse a turn that read a row, froze, and writes after others did. */
export function itRefusesFrozenTurns(open: () => SessionTable): void {
  const read = async (table: SessionTable, key: string): Promise<number> =>
    (await table.read(key))?.version ?? 0;

  it('refuses the write of a turn that froze before the session was deleted and created again', async () => {
    const [table, key] = [open(), 'c:1:1'];
    await table.write(key, before, 0);
    const seen = await read(table, key);
    expect(await table.remove(key)).toBe(true);
    expect(await table.remove(key)).toBe(false);
    expect(await table.write(key, late, seen)).toBeUndefined();
    expect(await table.write(key, later, await read(table, key))).toBeGreaterThan(0);
    expect(await table.write(key, late, seen)).toBeUndefined();
    expect(await table.read(key)).toMatchObject({ json: '"later"', previousJson: undefined });
  });

  it('refuses the write of a turn that froze before a session was created and deleted', async () => {
    const [table, key] = [open(), 'c:2:2'];
    const seen = await read(table, key);
    await table.write(key, before, seen);
    await table.remove(key);
    expect(await table.write(key, late, seen)).toBeUndefined();
    expect((await table.read(key))?.json).toBeUndefined();
  });

  it('returns from each write the version that the next write needs', async () => {
    const [table, key] = [open(), 'c:3:3'];
    let version = 0;
    for (const json of ['1', '2', undefined, '3']) {
      version = (await table.write(key, { ...session, json }, version))!;
      expect(await table.read(key)).toMatchObject({ json, version });
    }
  });
}
