import { defineScript, type Redis } from '@chatlane/redis';
import type { LocalPauses } from './local-pauses.js';
import type { PauseEntry, Pauses, PausesObserver } from './pauses.js';

/**
 * The polling interval. Polling was chosen over publish and subscribe because it needs no second connection and
 * recovers by itself, and because a chat's pause is needed first on the worker that learned of it: a lane runs on one
 * worker at a time.
 */
const READ_EVERY_MS = 1_000;

/*
 * Redis keys, in one slot of a cluster:
 *   {<name>}:pauses                hash    scope -> `<until> <since> <why>`, Redis times in milliseconds
 *   {<name>}:pauses:probe:<scope>  string  exists while no further probe of the scope may be sent
 */

const lua = (operation: string): URL => new URL(`../../lua/${operation}.lua`, import.meta.url);

const pauseScript = defineScript(lua('pause'), (reply) => {
  const [leftMs, sinceMs] = reply as [number, number];
  return { leftMs, sinceMs };
});

const readScript = defineScript(lua('read-pauses'), (reply) => {
  const parts = reply as [];
  const entries: PauseEntry[] = [];
  for (let index = 0; index < parts.length; index += 4) {
    const [scope, leftMs, sinceMs, why] = parts.slice(index, index + 4).map(String);
    entries.push({ scope: scope!, leftMs: Number(leftMs), sinceMs: Number(sinceMs), why: why! });
  }
  return entries.sort((one, other) => other.leftMs - one.leftMs);
});

interface SharedPausesOptions {
  redis: Redis;
  name: string;
  observer: PausesObserver;
  local: LocalPauses;
}

/** Answers from memory, and synchronizes that memory with Redis whenever Redis responds. */
export function createSharedPauses(options: SharedPausesOptions): Pauses {
  const { redis, name, observer, local } = options;
  const key = `{${name}}:pauses`;
  /** Local changes that are not stored yet. */
  const unsaved = new Map<string, 'pause' | 'lift'>();
  /** Counts local changes, so that replies which Redis sent before a change are not applied over it. */
  let changes = 0;
  const changedAt = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function store(operation: 'pause' | 'lift', scope: string): Promise<void> {
    if (operation === 'lift') {
      await redis.hdel(key, scope);
      return;
    }
    const entry = local.list().find((each) => each.scope === scope);
    if (entry) await pauseScript.run(redis, [key], [scope, entry.leftMs, entry.why]);
  }

  async function save(operation: 'pause' | 'lift', scope: string): Promise<void> {
    changes += 1;
    const version = changes;
    changedAt.set(scope, version);
    unsaved.set(scope, operation);
    try {
      await store(operation, scope);
      if (changedAt.get(scope) === version) unsaved.delete(scope);
    } catch (error) {
      observer.onPausesUnshared?.({ operation, error });
    }
  }

  async function read(): Promise<void> {
    for (const [scope, operation] of unsaved) {
      await store(operation, scope);
      if (unsaved.get(scope) === operation) unsaved.delete(scope);
    }
    const sentAt = changes;
    const entries = await readScript.run(redis, [key], []);
    const isOurs = (scope: string) => unsaved.has(scope) || (changedAt.get(scope) ?? 0) > sentAt;
    const shared = new Set(entries.map(({ scope }) => scope));
    for (const entry of entries) if (!isOurs(entry.scope)) local.adopt(entry);
    for (const { scope } of local.list()) {
      if (!shared.has(scope) && !isOurs(scope)) local.lift(scope);
    }
    for (const [scope, version] of changedAt) {
      if (version <= sentAt && !unsaved.has(scope)) changedAt.delete(scope);
    }
  }

  async function readAndSchedule(): Promise<void> {
    try {
      await read();
    } catch (error) {
      observer.onPausesUnshared?.({ operation: 'read', error });
    }
    if (!stopped) timer = setTimeout(() => void readAndSchedule(), READ_EVERY_MS).unref();
  }

  return {
    start() {
      stopped = false;
      clearTimeout(timer);
      return readAndSchedule();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
    leftMs: (scope) => local.leftMs(scope),
    since: (scope) => local.since(scope),
    pause(scope, forMs, why) {
      local.pause(scope, forMs, why);
      observer.onPause?.({ scope, forMs, why });
      return save('pause', scope);
    },
    lift(scope) {
      if (local.lift(scope)) observer.onLift?.({ scope });
      return save('lift', scope);
    },
    async mayProbe(scope, everyMs) {
      try {
        const period = Math.max(1, Math.ceil(everyMs));
        return (await redis.set(`${key}:probe:${scope}`, '1', 'PX', period, 'NX')) === 'OK';
      } catch (error) {
        observer.onPausesUnshared?.({ operation: 'probe', error });
        return local.mayProbe(scope, everyMs);
      }
    },
    list: () => readScript.run(redis, [key], []),
    known: () => local.list(),
    onChange: (listener) => local.onChange(listener),
  };
}
