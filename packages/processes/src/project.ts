import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const isInstalled = repository.split(sep).includes('node_modules');

/** The folder of the project: this repository, or the current directory where Chatlane is installed as a dependency. */
export const projectRoot = isInstalled ? process.cwd() : repository;

/** The folder for local data, logs and fetched programs. */
export const dataRoot = join(projectRoot, '.chatlane');
