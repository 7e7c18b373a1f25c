import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { preset } from './jest.preset.mjs';
import { root } from './setup/root.mjs';

const everywhere = ['packages', 'apps']
  .flatMap((folder) =>
    readdirSync(join(root, folder)).map((workspace) => join(root, folder, workspace)),
  )
  .concat(join(root, 'test'));

/** The workspaces to test, one per line, set by bin/jest.mjs. Default: all. */
const chosen = process.env.CHATLANE_TEST_WORKSPACES?.split('\n');
const projects = (chosen ?? everywhere).map((rootDir) => ({ ...preset, rootDir }));

const testSequencer = join(root, 'packages/tooling/jest.sequencer.mjs');

// With a single entry in `projects`, jest would read this configuration again, recursively.
export default projects.length === 1
  ? { ...projects[0], testSequencer }
  : { rootDir: root, projects, testSequencer };
