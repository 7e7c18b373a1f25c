import type { FileFailureReason } from './files.js';

/** The file was refused or is unavailable. Final; the chat is notified of the reason. */
export class DownloadRefused extends Error {
  override readonly name = 'DownloadRefused';

  /** @param mostBytes with `too-big`: the maximum size of a file, in bytes */
  constructor(
    readonly reason: FileFailureReason,
    readonly mostBytes?: number,
  ) {
    super(`The file was refused: ${reason}.`);
  }
}

/** The process is stopping. Another one continues the download, and no attempt is counted. */
export class DownloadHandedBack extends Error {
  override readonly name = 'DownloadHandedBack';

  constructor() {
    super('The download was handed back.');
  }
}

/**
 * A temporary condition such as a flood wait or a full disk. The download waits `afterMs`, and no attempt is counted.
 */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';

  constructor(readonly afterMs: number) {
    super(`The download has to be retried in ${afterMs} ms.`);
  }
}

/**
 * Inspecting the file's content took too long or too much memory. A download for which this happens twice is given up.
 */
export class InspectionStopped extends Error {
  override readonly name = 'InspectionStopped';

  constructor() {
    super('The content could not be inspected.');
  }
}
