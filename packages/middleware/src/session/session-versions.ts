import type { Redis } from '@chatlane/redis';
import type { TurnSessionVersions } from '../turn/turn.js';

/** Knows which versions of sessions the living workers' code knows, by way of Redis. */
export interface SessionVersions extends TurnSessionVersions {
  /** Declares nothing any more. What was declared is believed for `ALIVE_MS`. */
  stop(): void;
}

/** How long a worker counts as alive after it last declared its versions, and how often it does. */
const ALIVE_MS = 30_000;
const DECLARE_EVERY_MS = 10_000;

/** How many versions beyond the one asked for are looked for. */
const LATER_VERSIONS = 32;

/**
 * Keeps a key in Redis for each version of a session that this process declares, as long as the process lives. Declaring is
 * best effort: without it, an event that meets a newer session is tried again a few times instead of waiting.
 */
export function createSessionVersions({
  redis,
  name,
  declareEveryMs = DECLARE_EVERY_MS,
}: {
  redis: Redis;
  /** The deployment's. */
  name: string;
  declareEveryMs?: number;
}): SessionVersions {
  const declared = new Set<string>();
  const keyOf = (property: string, version: number): string =>
    `{${name}}:session-version:${property}:${version}`;

  function write(key: string): void {
    redis.set(key, '1', 'PX', ALIVE_MS).catch(() => undefined);
  }

  const timer = setInterval(() => declared.forEach(write), declareEveryMs);
  timer.unref();

  return {
    declare(property, version) {
      const key = keyOf(property, version);
      // No session is older than version 1: nobody waits for that code.
      if (version === 1 || declared.has(key)) return;
      declared.add(key);
      write(key);
    },
    async isAlive(property, version) {
      const keys = Array.from({ length: LATER_VERSIONS }, (_, later) =>
        keyOf(property, version + later),
      );
      return (await redis.exists(...keys)) > 0;
    },
    stop: () => clearInterval(timer),
  };
}
