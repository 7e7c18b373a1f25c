import { knownKinds } from '@chatlane/contracts';

const onlyOnRequest = new Set(['chat_member', 'message_reaction', 'message_reaction_count']);

/** Which kinds of updates are made at all. Holds for webhook and getUpdates alike, and outlives both. */
export interface AllowedUpdates {
  isAllowed: (kind: string) => boolean;
  /** Undefined: the default set. */
  current(): string[] | undefined;
  /**
   * Takes over an `allowed_updates` argument: not a list keeps what was, an empty list or one of unknown names only is the default.
   * True when something changed.
   */
  change(argument: unknown): boolean;
}

export function createAllowedUpdates(): AllowedUpdates {
  let asked: string[] | undefined;
  return {
    isAllowed: (kind) => (asked ? asked.includes(kind) : !onlyOnRequest.has(kind)),
    current: () => asked,
    change(argument) {
      if (!Array.isArray(argument)) return false;
      const names = knownKinds.filter((kind) => argument.includes(kind));
      const before = asked?.join();
      asked = names.length > 0 ? names : undefined;
      return before !== asked?.join();
    },
  };
}
