import { lanePrefix } from '@chatlane/lanes';
import { z } from 'zod';
import type { SystemOnRedis } from '../harness/system.js';

const note = z.discriminatedUnion('what', [
  z.object({ what: z.literal('asked'), request: z.string() }),
  z.object({
    what: z.literal('ready'),
    request: z.string(),
    label: z.number(),
    id: z.string(),
    sha256: z.string(),
    size: z.number(),
    key: z.string(),
    name: z.string(),
  }),
  z.object({
    what: z.literal('failed'),
    request: z.string(),
    label: z.number(),
    reason: z.string(),
  }),
]);

/** An entry that the bot recorded in a chat's session. */
export type Note = z.infer<typeof note>;
export type Ready = Extract<Note, { what: 'ready' }>;

const session = z.object({ notes: z.array(note) });

/** The entries of a private chat, in the order in which its turns were committed. */
export async function readNotes(
  { redis }: Pick<SystemOnRedis, 'redis'>,
  chat: number,
): Promise<Note[]> {
  const lane = `c:${chat}`;
  const json = await redis.get(`${lanePrefix('chatlane', lane)}:session:${lane}:${chat}`);
  return json === null ? [] : session.parse(JSON.parse(json)).notes;
}
