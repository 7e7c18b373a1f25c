import { namesStayInside } from './archive-names.js';
import { readContentType } from './content-type.js';

/** The result of inspecting a file's content. */
export interface Inspection {
  /** MIME type. */
  type: string;
  /** False for an archive with names or links that lead out of the folder it is unpacked to. */
  isSafe: boolean;
}

/** @param declared the sender's type, which selects among the kinds of plain text */
export async function inspectContent(
  path: string,
  declared: string | undefined,
): Promise<Inspection> {
  const type = await readContentType(path, declared);
  return { type, isSafe: namesStayInside(path) };
}
