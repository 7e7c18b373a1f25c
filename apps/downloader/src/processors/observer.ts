/** What processing tells. */
export interface ProcessingObserver {
  /** `outcome`: done, gone (its user has the file no more), or the failure's word. */
  ended(processor: string, outcome: string, tookMs: number): void;
  /** A try that ended without an answer; there may be another one. */
  faulted(processor: string, failure: string, fault: string): void;
  trouble(what: string, error: unknown): void;
}
