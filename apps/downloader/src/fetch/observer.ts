/** Callbacks for monitoring fetches; none may throw. */
export interface FetchObserver {
  /** Bytes have arrived. */
  bytes(count: number): void;
  /** A transfer resumed where an earlier one had stopped. */
  resumed(): void;
  /** getFile was called again, because the link was refused or the file had the wrong length. */
  linkRenewed(): void;
  /** A scan found something; `found` is the scanner's description. */
  infected(found: string): void;
  /** An infected file could not be quarantined, and was deleted. */
  notQuarantined(): void;
  /** An operator has to act; `remedy` says how. */
  misconfigured(remedy: string): void;
}
