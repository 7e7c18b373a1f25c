import { kindsOnRequest, knownKinds } from '@chatlane/contracts';

const onRequest = new Set<string>(kindsOnRequest);
const known = new Set<string>(knownKinds);

/** The kinds of updates that the bot receives, by webhook and getUpdates alike. The setting outlives both. */
export interface AllowedUpdates {
  /** Kinds unknown to the simulator are always allowed, because a bot cannot ask for them. */
  isAllowed: (kind: string) => boolean;
  /** Undefined means the default set. */
  current(): string[] | undefined;
  /**
   * Applies an `allowed_updates` argument. Anything but a list leaves the setting unchanged; an empty list, or one of
   * unknown names only, restores the default.
   *
   * @returns whether the setting changed
   */
  change(argument: unknown): boolean;
}

export function createAllowedUpdates(): AllowedUpdates {
  let chosen: string[] | undefined;
  return {
    isAllowed: (kind) =>
      !known.has(kind) || (chosen ? chosen.includes(kind) : !onRequest.has(kind)),
    current: () => chosen,
    change(argument) {
      if (!Array.isArray(argument)) return false;
      const names = knownKinds.filter((kind) => argument.includes(kind));
      const before = chosen?.join();
      chosen = names.length > 0 ? names : undefined;
      return before !== chosen?.join();
    },
  };
}
