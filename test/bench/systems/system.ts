import type { BenchUpdate, ParsedUpdate } from '../updates.js';

/** The chat's session, as the system under test keeps it. */
export interface BenchSession {
  read(): Promise<string | undefined>;
  write(json: string): Promise<void>;
}

export type BenchHandler = (update: ParsedUpdate, session: BenchSession) => Promise<void>;

/** One way to get updates from an ingress to handlers. Each is one file of this folder. */
export interface System {
  readonly name: string;
  /** What an ingress does with a body: parse it and store it. Resolves when Redis has confirmed. */
  add(update: BenchUpdate): Promise<void>;
  start(handler: BenchHandler): Promise<void>;
  stop(): Promise<void>;
}

export interface SystemOptions {
  redisUrl: string;
  /** Handlers at once. */
  turns: number;
}

export type CreateSystem = (options: SystemOptions) => Promise<System>;
