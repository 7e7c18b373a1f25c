import { defineScript, type Redis } from '@chatlane/redis';
import type { PausesObserver } from './pauses.js';

/** Floods that lie further apart say nothing about one another. */
const WINDOW_MS = 10_000;

/** So many chats within the window are no coincidence. */
const CHATS = 3;

/** A call to a chat that Telegram answered with 429. */
export interface Flood {
  readonly chat: string;
  readonly method: string;
  readonly isBulk: boolean;
}

/** The floods of the deployment within the last seconds. */
export interface FloodEvidence {
  /** Adds a flood; resolves with what all of them together say; undefined: nothing beyond their chats. */
  add(flood: Flood): Promise<Inference | undefined>;
}

/** A scope wider than a chat that must be flooded. */
export interface Inference {
  readonly scope: string;
  readonly why: string;
}

const noteScript = defineScript(new URL('../../lua/note-flood.lua', import.meta.url), (reply) =>
  (reply as Buffer[]).map((member) => JSON.parse(member.toString()) as Flood),
);

interface FloodEvidenceOptions {
  redis: Redis | undefined;
  name: string;
  observer: PausesObserver;
}

/** While Redis is away, the floods of this process are all the evidence there is. */
export function createFloodEvidence({
  redis,
  name,
  observer,
}: FloodEvidenceOptions): FloodEvidence {
  /* Redis key: `{<name>}:floods`, a sorted set of calls as JSON -> when Redis learned of their 429. */
  const key = `{${name}}:floods`;
  const own = new Map<string, number>();

  function noteOwn(member: string): Flood[] {
    const now = performance.now();
    own.set(member, now);
    for (const [each, atMs] of own) if (now - atMs > WINDOW_MS) own.delete(each);
    return [...own.keys()].map((each) => JSON.parse(each) as Flood);
  }

  return {
    async add({ chat, method, isBulk }) {
      const member = JSON.stringify({ chat, method, isBulk });
      const local = noteOwn(member);
      if (!redis) return infer(local);
      try {
        return infer(await noteScript.run(redis, [key], [member, WINDOW_MS]));
      } catch (error) {
        observer.onPausesUnshared?.({ operation: 'flood', error });
        return infer(local);
      }
    },
  };
}

function infer(floods: readonly Flood[]): Inference | undefined {
  const scope = floodedScope(floods);
  if (scope === undefined) return undefined;
  const chats = new Set(floods.map(({ chat }) => chat)).size;
  return { scope, why: `429 in ${chats} chats within ${WINDOW_MS / 1_000} s` };
}

/**
 * Telegram does not say whom a 429 is for (tdlib/td#715), so it is inferred: three chats flooded by bulk calls alone are
 * the bulk's, three flooded by one method are the method's, and three of which one method explains at most all but
 * two are the bot's.
 */
export function floodedScope(floods: readonly Flood[]): string | undefined {
  const chats = new Set(floods.map(({ chat }) => chat));
  if (chats.size < CHATS) return undefined;
  if (floods.every(({ isBulk }) => isBulk)) return 'bulk';
  const byMethod = new Map<string, Set<string>>();
  for (const { method, chat } of floods) {
    byMethod.set(method, (byMethod.get(method) ?? new Set<string>()).add(chat));
  }
  const [[method, explained]] = [...byMethod].sort(
    ([, one], [, other]) => other.size - one.size,
  ) as [[string, Set<string>]];
  if (chats.size - explained.size >= 2) return 'bot';
  return explained.size >= CHATS ? `method ${method}` : undefined;
}
