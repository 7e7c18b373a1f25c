import type { KeptSession } from '@chatlane/lanes';

/** Where sessions are kept: the deployment's Redis, or a store of the bot's. */
export interface SessionPlace {
  /** For people; without a password. */
  told: string;
  get(key: string): Promise<KeptSession | undefined>;
  /** False: there was none. */
  remove(key: string): Promise<boolean>;
  entries(): AsyncIterable<KeptSession>;
  /**
   * `kept`: one that is there stays; without `replace` that is any that a turn has written. `foreign`: the key is of no
   * lane, and Redis keeps sessions by their lanes.
   */
  put(session: KeptSession, replace: boolean): Promise<'put' | 'kept' | 'foreign'>;
  close(): Promise<void>;
}
