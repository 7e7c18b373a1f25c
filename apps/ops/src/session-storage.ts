import type { LaneSession } from '@chatlane/lanes';

/** A store of sessions: the deployment's Redis, or a database of the bot. */
export interface SessionStorage {
  /** A description for messages, without the password. */
  label: string;
  get(key: string): Promise<LaneSession | undefined>;
  /** False when it did not exist. */
  remove(key: string): Promise<boolean>;
  entries(): AsyncIterable<LaneSession>;
  /**
   * `kept`: the existing session was kept, which without `replace` includes every session written by a turn. `foreign`: the key does not
   * name a lane, as Redis requires.
   */
  put(session: LaneSession, replace: boolean): Promise<'put' | 'kept' | 'foreign'>;
  close(): Promise<void>;
}
