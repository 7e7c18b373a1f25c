import { readFileSync } from 'node:fs';

/** An update as it is received. */
export interface BenchUpdate {
  id: number;
  chat: number;
  body: Buffer;
}

/** The part of an update that handlers use. */
export interface ParsedUpdate {
  update_id: number;
  message: { chat: { id: number } };
}

interface Fixture {
  kind: string;
  update: ParsedUpdate & { message?: { chat?: { id: number; type: string } } };
}

const CORPUS = new URL('../../packages/contracts/test/updates.jsonl', import.meta.url);

/** Private messages of ordinary size from the corpus; each update gets its own ids. */
const shapes = readFileSync(CORPUS, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Fixture)
  .filter(({ kind, update }) => kind === 'message' && update.message.chat.type === 'private')
  .map(({ update }) => ({ json: JSON.stringify(update), chat: String(update.message.chat.id) }))
  .filter(({ json }) => json.length >= 600 && json.length <= 1_250);

/** The update with this id. The real messages are used in rotation, 600 to 1,250 bytes each. */
export function makeUpdate(id: number, chat: number): BenchUpdate {
  const shape = shapes[id % shapes.length]!;
  const json = shape.json
    .replaceAll(shape.chat, String(chat))
    .replace(/"update_id":\d+/, `"update_id":${id}`);
  return { id, chat, body: Buffer.from(json) };
}
