/** The state of a transfer: enough to resume it, or to detect that the server now offers another file. */
export interface TransferState {
  /** Bytes received so far. */
  received: number;
  /** Length of the whole file, if known. */
  total?: number;
  /** Identifies a version of the file, such as an ETag. */
  version?: string;
}

/** What a source sends: everything from byte `start`, which is `received`, or 0 when it cannot resume. */
export interface Offer {
  start: number;
  total?: number;
  version?: string;
}

/** Receives a file. An error it throws ends the read, and is what the read rejects with. */
export interface Receiver {
  /** Called before the first byte. */
  begin(offer: Offer): void;
  /**
   * Consumes the next bytes, whose buffer is reused afterwards. The next call waits for the returned promise.
   */
  take(chunk: Buffer): Promise<void> | undefined;
}

/** A place from which a file can be read. */
export interface Source {
  /**
   * Reads to the end.
   *
   * @throws Interrupted, LinkRefused, DownloadRefused, RetryLater, the signal's reason, or what the receiver threw
   */
  read(state: TransferState, receiver: Receiver, signal: AbortSignal): Promise<void>;
}

/** Whether bytes from `state.received` on would continue the received ones. */
export function continues(
  state: TransferState,
  offered: Pick<Offer, 'total' | 'version'>,
): boolean {
  const { total, version } = state;
  if (total === undefined && version === undefined) return false;
  return (
    (total === undefined || offered.total === undefined || total === offered.total) &&
    (version === undefined || offered.version === undefined || version === offered.version)
  );
}

/** The connection broke or was silent for too long; the transfer can be resumed. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The link is invalid or has expired; getFile returns a new one. */
export class LinkRefused extends Error {
  override readonly name = 'LinkRefused';
}
