import type { FileFailureReason } from './files.js';

/** The file is not to be had: final, and told with its reason. */
export class DownloadRefused extends Error {
  override readonly name = 'DownloadRefused';

  /** @param mostBytes with `too-big`: how many bytes a file may have */
  constructor(
    readonly reason: FileFailureReason,
    readonly mostBytes?: number,
  ) {
    super(`The file is refused: ${reason}.`);
  }
}

/** The process stops; the download goes on in another one, and nothing is counted. */
export class DownloadHandedBack extends Error {
  override readonly name = 'DownloadHandedBack';

  constructor() {
    super('The download is handed back.');
  }
}

/** Not now: a flood wait, a full disk. The download waits so long, and nothing is counted. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';

  constructor(readonly afterMs: number) {
    super(`The download is to be tried again in ${afterMs} ms.`);
  }
}

/** A file's content stopped the inspection: it took too long, or too much memory. Twice of one download is once too often. */
export class InspectionStopped extends Error {
  override readonly name = 'InspectionStopped';

  constructor() {
    super('The content could not be looked into.');
  }
}
