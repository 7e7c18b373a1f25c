import { defineScript, type Redis } from '@chatlane/redis';
import type { PausesObserver } from './pauses.js';

/** 429s further apart than this are considered unrelated. */
const WINDOW_MS = 10_000;

/** 429s in this many chats within the window are not a coincidence. */
const CHATS = 3;

/** A call to a chat that got a 429. */
export interface Flood {
  readonly chat: string;
  readonly method: string;
  readonly isBulk: boolean;
}

/** The deployment's recent 429s. */
export interface FloodEvidence {
  /** Adds a 429, and resolves to what all recent ones imply; undefined if they concern only their own chats. */
  add(flood: Flood): Promise<Inference | undefined>;
}

/** A scope wider than a chat that must be limited. */
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

/** While Redis is unavailable, only this process's 429s count. */
export function createFloodEvidence({
  redis,
  name,
  observer,
}: FloodEvidenceOptions): FloodEvidence {
  /* Redis key: `{<name>}:floods`, a sorted set: call as JSON -> time of its 429 (Redis time, milliseconds). */
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
 * Telegram does not say which scope a 429 applies to (tdlib/td#715), so it is inferred from at least three chats:
 * `bulk` if only bulk calls got 429s, the method if one method accounts for three chats and at most one chat is left
 * over, and `bot` if two or more chats are left over.
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
