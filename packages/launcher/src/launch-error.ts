/** Why Chatlane cannot start, in words for the user of `npm start`. */
export class LaunchError extends Error {
  /** @param faults one entry per fault; an entry may have several lines */
  constructor(
    readonly faults: readonly string[],
    /** The exit code: 2 if a setting is invalid, otherwise 1. */
    readonly exitCode: 1 | 2,
  ) {
    super(faults.join('\n'));
    this.name = 'LaunchError';
  }
}
