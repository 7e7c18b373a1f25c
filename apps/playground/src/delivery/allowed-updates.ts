import { kindsOnRequest, knownKinds } from '@chatlane/contracts';

const onRequest = new Set<string>(kindsOnRequest);
const known = new Set<string>(knownKinds);

/** Which kinds of updates are made at all. Holds for webhook and getUpdates alike, and outlives both. */
export interface AllowedUpdates {
  /** A kind that the simulator does not know, and so cannot be asked for, is allowed. */
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
    isAllowed: (kind) => !known.has(kind) || (asked ? asked.includes(kind) : !onRequest.has(kind)),
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
