import { readFileSync } from 'node:fs';
import { readUpdate } from './index.js';

interface Line {
  kind: string;
  note: string;
  lane: string;
  update: Record<string, unknown>;
}

const corpus = readFileSync(new URL('../test/updates.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Line);

describe('the corpus of updates', () => {
  it.each(corpus.map((line) => [line.kind, line.note, line] as const))(
    'routes %s (%s) to its lane',
    (kind, _note, { lane, update }) => {
      expect(readUpdate(update)).toMatchObject({ updateId: update['update_id'], kind, lane });
    },
  );

  it('interrupts the running turn with /cancel and stopped_message_generation only', () => {
    const stopping = corpus.filter(({ update }) => readUpdate(update)?.interrupts);
    expect(stopping.map(({ note }) => note)).toEqual([
      '/cancel in a private topic (message_thread_id in a private chat)',
      'in a private chat',
      'in a private topic, large draft_id',
    ]);
  });
});
