// npm run pack -- <folder>: builds what changed and the documentation, then packs every published package into the folder.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from '../setup/build.mjs';
import { fail } from '../setup/machine.mjs';
import { root } from '../setup/root.mjs';
import { npmQuietly } from '../setup/run.mjs';

const [folder] = process.argv.slice(2);
if (folder === undefined) fail('Name a folder: npm run pack -- ../packs');
const target = resolve(process.env.INIT_CWD ?? '.', folder);
mkdirSync(target, { recursive: true });

const published = ['apps', 'packages']
  .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
  .filter((workspace) => isPublished(join(root, workspace, 'package.json')));
const workspaces = published.flatMap((workspace) => ['-w', workspace]);
if (!(await build())) fail("The build failed; the compiler's output is above.");
if (!(await npmQuietly(['run', 'docs']))) fail("npm run docs failed; TypeDoc's output is above.");
const packed = await npmQuietly(['pack', '--silent', '--pack-destination', target, ...workspaces]);
if (!packed) fail("npm pack failed; npm's output is above.");
console.log(`${published.length} packages are in ${target}`);

function isPublished(manifest) {
  try {
    return !JSON.parse(readFileSync(manifest, 'utf8')).private;
  } catch {
    return false;
  }
}
