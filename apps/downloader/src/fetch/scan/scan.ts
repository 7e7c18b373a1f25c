/** Looks for what must not be stored. */
export interface Scan {
  /**
   * Resolves to what was found, `undefined`: nothing.
   *
   * @throws when it could not be scanned: the file is not stored, the download is tried again
   */
  scan(path: string, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Tries whether it looks at what it is given.
   *
   * @returns what an operator has to do before files can be relied on, `undefined`: nothing
   * @throws when it cannot be asked
   */
  check?(signal: AbortSignal): Promise<string | undefined>;
}
