import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top folder of the repository. Works from `src` and from `dist`. */
export const repositoryRoot = fileURLToPath(new URL('../../../', import.meta.url));

/** The folder for local data, logs and fetched programs. Ignored by git. */
export const dataRoot = join(repositoryRoot, '.chatlane');
