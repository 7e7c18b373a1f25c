import type { DownloadQueue } from '@chatlane/downloads';
import type { Deliver } from '@chatlane/lanes';

/** Takes what committed turns have asked for to those who do it. */
export function createDeliver(downloads: Pick<DownloadQueue, 'add'>): Deliver {
  return async ({ id, kind, json }) => {
    if (kind !== 'download' && kind !== 'forget') {
      // A worker of a newer version may know it: the entry stays where it is.
      throw new Error(`Nobody takes outbox entries of the kind ${kind}, such as ${id}.`);
    }
    // What the parser says of broken JSON quotes it: a user's words may be in it.
    if (!isJson(json)) throw new Error(`The outbox entry ${id} of the kind ${kind} is no JSON.`);
    await downloads.add(kind, json);
  };
}

function isJson(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}
