import type { Redis } from '@chatlane/redis';
import type { TurnSessionVersions } from '../turn/turn.js';

/** Shares through Redis which session versions the code of each live worker knows. */
export interface SessionVersions extends TurnSessionVersions {
  /** Stops declaring this worker's versions. For other workers the last declaration is valid for `ALIVE_MS`. */
  stop(): void;
}

/** How long a declaration is valid, and how often a worker repeats it. */
const ALIVE_MS = 30_000;
const DECLARE_EVERY_MS = 10_000;

/** `isAlive` also checks this many versions after the one asked for. */
const LATER_VERSIONS = 32;

/**
 * Keeps a key in Redis for each session version that this process declares, as long as the process lives. Best effort:
 * without a declaration, an event that meets a newer session is retried a few times instead of waiting.
 */
export function createSessionVersions({
  redis,
  name,
  declareEveryMs = DECLARE_EVERY_MS,
}: {
  redis: Redis;
  /** The deployment's name, CHATLANE_NAME. */
  name: string;
  /** Milliseconds between declarations. Default 10,000. */
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
      // No session is older than version 1, so no event waits for code that knows it.
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
