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
  body: AsyncIterable<Buffer>;
  /** Gives the body up unread. */
  abandon(): void;
}

/** A place from which a file is read. */
export interface Source {
  /** @throws Interrupted, LinkRefused, DownloadRefused, RetryLater, or the signal's reason */
  open(standing: Standing, signal: AbortSignal): Promise<Offer>;
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
