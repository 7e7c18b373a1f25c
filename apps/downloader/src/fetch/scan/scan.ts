/** A scanner for files that must not be stored. */
export interface Scan {
  /**
   * Resolves to a description of what was found, or to undefined for a clean file.
   *
   * @throws when the file could not be scanned: it is not stored, and the download is retried
   */
  scan(path: string, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Tests whether the scanner really scans what it is given.
   *
   * @returns what an operator has to fix first, or undefined
   * @throws when the scanner does not answer
   */
  check?(signal: AbortSignal): Promise<string | undefined>;
}
