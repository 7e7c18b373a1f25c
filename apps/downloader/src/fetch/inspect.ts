import { DownloadRefused, type MediaFile } from '@chatlane/contracts';
import { isZip, namesStayInside } from './content/archive-names.js';
import { readContentType } from './content/content-type.js';
import { nameOf, requireTaken, type Rules } from './rules.js';

/**
 * Type and name of a whole file.
 *
 * @throws DownloadRefused `type-refused` or `unsafe`
 */
export async function inspect(
  path: string,
  media: MediaFile,
  rules: Rules,
): Promise<{ type: string; name: string }> {
  const type = await readContentType(path, media.type);
  requireTaken(media, type, rules);
  if (isZip(type) && !(await namesStayInside(path))) throw new DownloadRefused('unsafe');
  return { type, name: nameOf(media, type) };
}
