/** The default settings of a deployment, except those that a bench sets itself. */
export const benchLaneSettings = {
  leaseMs: 30_000,
  sweepEveryMs: 1_000,
  turnTimeoutMs: 60_000,
  graceMs: 1_000,
  yieldAfterEvents: 50,
  yieldAfterMs: 5_000,
  sessionTtlSeconds: 0,
  maxAttempts: 5,
  atTheLimit: 'bury',
  backOffMs: () => 1_000,
  classifyError: () => ({ next: 'retry' as const }),
} as const;
