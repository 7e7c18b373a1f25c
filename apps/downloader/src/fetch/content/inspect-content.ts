import { namesStayInside } from './archive-names.js';
import { readContentType } from './content-type.js';

/** What the content of a file says. */
export interface Inspection {
  /** MIME type. */
  type: string;
  /** false: an archive with names or links that lead out of the folder that it is unpacked to. */
  isSafe: boolean;
}

/** @param declared the type that the sender gave; it chooses among the kinds of plain text */
export async function inspectContent(
  path: string,
  declared: string | undefined,
): Promise<Inspection> {
  const type = await readContentType(path, declared);
  return { type, isSafe: namesStayInside(path) };
}
