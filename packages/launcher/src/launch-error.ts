/** Why Chatlane cannot start, in words for the person at the keyboard. */
export class LaunchError extends Error {
  /** @param faults one entry per fault; an entry may have several lines */
  constructor(
    readonly faults: readonly string[],
    /** 2: a setting is wrong; 1: anything else. */
    readonly exitCode: 1 | 2,
  ) {
    super(faults.join('\n'));
    this.name = 'LaunchError';
  }
}
