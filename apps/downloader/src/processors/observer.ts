/** Callbacks for monitoring processors. */
export interface ProcessingObserver {
  /** `outcome`: done, gone (the user no longer has the file), or the failure. */
  ended(processor: string, outcome: string, tookMs: number): void;
  /** A run ended without a result, and may be retried. */
  faulted(processor: string, failure: string, fault: string): void;
  trouble(what: string, error: unknown): void;
}
