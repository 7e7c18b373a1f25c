/** What happens while files are fetched; none may throw. */
export interface FetchObserver {
  /** Bytes have arrived. */
  bytes(count: number): void;
  /** A transfer went on where an earlier one had stopped. */
  resumed(): void;
  /** getFile was asked again, as the link was refused or what it led to was of the wrong length. */
  linkRenewed(): void;
  /** A scan found something; `found` in the scan's words. */
  infected(found: string): void;
  /** An infected file could not be kept in quarantine, and was deleted. */
  notQuarantined(): void;
  /** An operator has to do something; `remedy` says what. */
  misconfigured(remedy: string): void;
}
