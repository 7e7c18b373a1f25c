import type { BenchUpdate, ParsedUpdate } from '../updates.js';

/** The chat's session, as the system under test stores it. */
export interface BenchSession {
  read(): Promise<string | undefined>;
  write(json: string): Promise<void>;
}

export type BenchHandler = (update: ParsedUpdate, session: BenchSession) => Promise<void>;

/** A system that passes updates from an ingress to handlers. Each file in this folder implements one. */
export interface System {
  readonly name: string;
  /** Does what an ingress does with a body: parses and stores it. Resolves when Redis has confirmed it. */
  add(update: BenchUpdate): Promise<void>;
  start(handler: BenchHandler): Promise<void>;
  stop(): Promise<void>;
}

export interface SystemOptions {
  redisUrl: string;
  /** Concurrent handlers. */
  turns: number;
}

export type CreateSystem = (options: SystemOptions) => Promise<System>;
