/** Where a transfer stands: enough to go on from, or to see that what is offered now is another file. */
export interface Standing {
  /** Bytes that are there. */
  received: number;
  /** Length of the whole, where it was said. */
  total?: number;
  /** What tells one version of the file from another: an ETag, or the like. */
  version?: string;
}

/** What a source hands out: all from byte `start` on, which is `received`, or 0 when it cannot go on. */
export interface Offer {
  start: number;
  total?: number;
  version?: string;
}

/** Takes a file in. What it throws ends the reading, and is what the reading rejects with. */
export interface Receiver {
  /** Before the first byte. */
  begin(offer: Offer): void;
  /**
   * The next bytes, which are the source's again when this is over; nothing more comes before a promise has resolved.
   */
  take(chunk: Buffer): Promise<void> | undefined;
}

/** A place from which a file is read. */
export interface Source {
  /**
   * Reads to the end.
   *
   * @throws Interrupted, LinkRefused, DownloadRefused, RetryLater, the signal's reason, or what the receiver threw
   */
  read(standing: Standing, receiver: Receiver, signal: AbortSignal): Promise<void>;
}

/** Whether bytes from `standing.received` on would continue what is there. */
export function continues(standing: Standing, offered: Pick<Offer, 'total' | 'version'>): boolean {
  const { total, version } = standing;
  if (total === undefined && version === undefined) return false;
  return (
    (total === undefined || offered.total === undefined || total === offered.total) &&
    (version === undefined || offered.version === undefined || version === offered.version)
  );
}

/** The connection broke, or said nothing for too long: it can be taken up again. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The link is not valid, or no longer: getFile gives another one. */
export class LinkRefused extends Error {
  override readonly name = 'LinkRefused';
}
