import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { samplePdf, samplePng, until } from '@chatlane/testing';
import { meet } from '../harness/person.js';
import { startSystem, type TestSystem } from '../harness/system.js';

const MB = 2 ** 20;

let system: TestSystem;

beforeAll(async () => {
  system = await startSystem({
    workers: 1,
    downloaders: 1,
    workerEnv: { BOT_MODULE: '', FILE_LINKS: 'on' },
    ingressEnv: { FILE_LINKS: 'on' },
    downloaderEnv: { DOWNLOAD_ATTEMPTS: '2', USER_BYTES_PER_DAY: String(25 * MB) },
  });
});
afterAll(() => system.stop());

interface Call {
  method: string;
  params: Record<string, unknown>;
  started_at: number;
}

async function calls(method: string, of: Record<string, unknown>): Promise<Call[]> {
  const all = await system.play<Call[]>('/play/calls');
  const fits = ({ params }: Call) =>
    Object.entries(of).every(([name, value]) => String(params[name]) === String(value));
  return all.filter((call) => call.method === method && fits(call));
}

/** The number of complete files; unfinished ones are in other folders. */
async function storedFiles(): Promise<number> {
  const entries = await readdir(system.storageDir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}

describe('the files of a user', () => {
  it('are stored, listed by page and search word, sent again, and available by link', async () => {
    const ann = await meet(system);
    for (const number of [1, 2, 3, 4, 5, 6, 7]) {
      await ann.sendFile({ name: `report ${number}.txt`, seed: number });
      await ann.sees(`^Saved: report ${number}.txt`);
    }
    const fileId = await ann.sendFile({ name: 'invoice.bin', seed: 8, size: 70_000 });
    await ann.sees('^Saved: invoice.bin');
    await ann.write('/files');
    await ann.sees(/^Your files, 1–6 of 8:\n1\. invoice\.bin .*\n2\. report 7/);
    await ann.press('›');
    await ann.sees(/^Your files, 7–8 of 8:\n7\. report 2.*\n8\. report 1/);
    await ann.write('/files report');
    await ann.sees('“report”, 1–6 of 7');
    await ann.press('›');
    await ann.sees('“report”, 7 of 7');
    await ann.write('/get INVOICE');
    const invoice = async () => (await ann.messages()).find(({ document }) => document);
    await until(() => invoice());
    expect(await invoice()).toMatchObject({ document: { file_name: 'invoice.bin' } });
    await ann.sees('^Download link .works for 15 minutes.: http');
    const [link = ''] = (await ann.answers()).filter((text) => text.startsWith('Download link'));
    const response = await fetch(/http\S+/.exec(link)![0]);
    expect(response.headers.get('content-disposition')).toContain('invoice.bin');
    const bytes = Buffer.from(await response.arrayBuffer());
    const { sha256 } = await system.play<{ sha256: string }>(`/play/files/${fileId}/sha256`);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  });

  it('are found inline by that user only, and are all deleted on request', async () => {
    const bob = await meet(system);
    const before = await storedFiles().catch(() => 0);
    await bob.sendFile({ name: 'holiday.txt', seed: 21 });
    await bob.sendFile({ name: 'plan.txt', seed: 22 });
    await bob.sees('^Saved: holiday');
    await bob.sees('^Saved: plan');
    expect(await storedFiles()).toBe(before + 2);

    async function search(id: string, user: number): Promise<string> {
      const from = { id: user, is_bot: false, first_name: 'A' };
      const inline_query = { id, from, query: 'plan', offset: '' };
      await system.play('/play/updates', { inline_query });
      const answer = await until(async () => {
        const [first] = await calls('answerInlineQuery', { inline_query_id: id });
        return first;
      }, `an answer to the inline query ${id}`);
      return JSON.stringify(answer.params['results']);
    }
    expect(await search('q1', bob.id)).toContain('plan.txt');
    expect(await search('q2', bob.id + 1)).not.toContain('plan');

    await bob.write('/forget');
    await bob.press('Delete all');
    await bob.sees('deleted your 2 files');
    await bob.write('/files');
    await bob.sees('no files yet');
    await until(async () => (await storedFiles()) <= before);
  });

  it('of one album get a single answer, which also lists those that could not be saved', async () => {
    const eve = await meet(system);
    const album = { media_group_id: '4711', kind: 'document' };
    await eve.sendFile({ ...album, name: 'a.txt', seed: 31 });
    await eve.sendFile({ ...album, name: 'b.bin', seed: 32, size: 21 * 2 ** 20 });
    await eve.sendFile({ ...album, name: 'c.txt', seed: 33 });
    await eve.sees('2 files saved');
    const [answer] = await eve.hears(1);
    expect(answer).toMatch(
      /^2 files saved:\n• a\.txt .*\n• c\.txt .*\nI couldn't save b\.bin: the file is too/,
    );
    expect(await eve.answers()).toHaveLength(1);
  });

  it("get an error in the user's language when they cannot be saved, and can be sent again", async () => {
    const dan = await meet(system, { language_code: 'de' });
    await dan.sendFile({ name: 'riesig.bin', size: 21 * 2 ** 20, seed: 41 });
    await dan.sees(
      'Ich konnte riesig.bin nicht speichern: Die Datei ist zu groß .ich nehme höchstens 20 MB',
    );
    await system.play('/play/faults', { kind: 'file-length', bytes: -7, count: 10 });
    await dan.sendFile({ name: 'kurz.bin', size: 5_000, seed: 42 });
    await dan.sees('Ich konnte kurz.bin nicht speichern: .* beschädigt');
    await fetch(`${system.url}/play/faults`, { method: 'DELETE' });
    await system.play('/play/faults', { kind: 'file-expire', count: 1 });
    await dan.sendFile({ name: 'spät.bin', seed: 43 });
    await dan.sees('^Gespeichert: spät.bin');
  });

  it('show their progress at most once a second until they are saved', async () => {
    const joe = await meet(system);
    const size = 6 * 2 ** 20;
    await system.play('/play/faults', { kind: 'file-drip', bytes: size / 3, count: 1 });
    await joe.sendFile({ name: 'film.bin', size, seed: 51 });
    await joe.sees('^Saving film.bin: [1-9]');
    await joe.sees('^Saved: film.bin .6 MB');
    const edits = await calls('editMessageText', { chat_id: joe.id });
    expect(edits.length).toBeGreaterThan(0);
    const tookMs = edits.at(-1)!.started_at - edits[0]!.started_at;
    expect(edits.length).toBeLessThanOrEqual(2 + tookMs / 1_000);
    expect(await joe.answers()).toHaveLength(1);
  });

  it('get previews of pictures and documents, which are deleted with them', async () => {
    const amy = await meet(system);
    const before = await storedFiles().catch(() => 0);
    const content = samplePng(900, 300);
    await amy.sendFile({ kind: 'photo', name: 'x.png', type: 'image/png', content });
    const shown = async () => (await amy.messages()).find(({ photo }) => photo);
    await until(() => shown());
    expect((await shown())?.caption).toBe('photo.png: 900 × 300');
    const { file_id: thumbnail } = (await shown())!.photo!.at(-1)!;
    const response = await fetch(`${system.url}/play/files/${thumbnail}`);
    const head = Buffer.from(await response.arrayBuffer()).subarray(0, 3);
    expect(head).toEqual(Buffer.from([0xff, 0xd8, 0xff]));

    const letter = { name: 'letter.pdf', type: 'application/pdf' };
    await amy.sendFile({ ...letter, content: samplePdf('Dear Amy. Yours. Bob.') });
    await amy.sees(/^The first lines of letter\.pdf \(1 page\):\n\nDear Amy. Yours. Bob\.$/);
    await amy.sendFile({ ...letter, name: 'torn.pdf', content: Buffer.from('%PDF-1.4 torn') });
    await amy.sees("^Your file is safe; I just can't show a preview.$");
    // Three files and a thumbnail.
    expect(await storedFiles()).toBe(before + 4);
    await amy.write('/forget');
    await amy.press('Delete all');
    await amy.sees('deleted your 3 files');
    await until(async () => (await storedFiles()) <= before);
  });

  it('are limited to a daily quota per user, which does not affect other users', async () => {
    const [kim, lee] = [await meet(system), await meet(system)];
    await kim.sendFile({ name: 'one.bin', size: 13 * MB, seed: 61 });
    await kim.sees('^Saved: one.bin');
    await kim.sendFile({ name: 'two.bin', size: 13 * MB, seed: 62 });
    await kim.sees(
      "^I couldn't save two.bin: you've reached today's limit. Please try again tomorrow.$",
    );
    await lee.sendFile({ name: 'three.bin', size: 1_000, seed: 63 });
    await lee.sees('^Saved: three.bin');
  });
});
