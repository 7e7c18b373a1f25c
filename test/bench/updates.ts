import { readFileSync } from 'node:fs';

/** An update as it comes over the wire. */
export interface BenchUpdate {
  id: number;
  chat: number;
  body: Buffer;
}

/** What a handler sees of it. */
export interface ParsedUpdate {
  update_id: number;
  message: { chat: { id: number } };
}

interface Fixture {
  kind: string;
  update: ParsedUpdate & { message?: { chat?: { id: number; type: string } } };
}

const CORPUS = new URL('../../packages/contracts/test/updates.jsonl', import.meta.url);

/** Private messages of ordinary size, out of the corpus; ids are put in per update. */
const shapes = readFileSync(CORPUS, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Fixture)
  .filter(({ kind, update }) => kind === 'message' && update.message.chat.type === 'private')
  .map(({ update }) => ({ json: JSON.stringify(update), chat: String(update.message.chat.id) }))
  .filter(({ json }) => json.length >= 600 && json.length <= 1_250);

/** The `id`-th update: real shapes in turn, 600 to 1,250 bytes. */
export function makeUpdate(id: number, chat: number): BenchUpdate {
  const shape = shapes[id % shapes.length]!;
  const json = shape.json
    .replaceAll(shape.chat, String(chat))
    .replace(/"update_id":\d+/, `"update_id":${id}`);
  return { id, chat, body: Buffer.from(json) };
}
