import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's top folder. The same from `src` and from `dist`. */
export const repositoryRoot = fileURLToPath(new URL('../../../', import.meta.url));

/** What running Chatlane on this machine leaves behind: data, logs, fetched programs. Ignored by git. */
export const dataRoot = join(repositoryRoot, '.chatlane');
