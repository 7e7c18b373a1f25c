import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { runQuietly } from './run.mjs';

const stamp = join(root, 'node_modules/.cache/chatlane/built');

/**
 * Builds what changed, with turbo. Skips a tree that is already built, because turbo would write the same files again while
 * processes run from them.
 */
export async function build() {
  const sources = hashSources();
  if (isBuilt(sources)) return true;
  console.log('Building ...');
  const turbo = join(root, 'node_modules/.bin/turbo');
  const args = ['run', 'build', '--output-logs=errors-only', '--ui=stream'];
  const env = { TURBO_TELEMETRY_DISABLED: '1' };
  if (!(await runQuietly(turbo, args, { env }))) return false;
  mkdirSync(join(stamp, '..'), { recursive: true });
  writeFileSync(stamp, sources);
  return true;
}

function isBuilt(sources) {
  const everyDist = workspaces().every(
    (workspace) => existsSync(join(workspace, 'dist')) || !hasBuild(workspace),
  );
  return everyDist && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources;
}

function hasBuild(workspace) {
  return (
    JSON.parse(readFileSync(join(workspace, 'package.json'), 'utf8')).scripts?.build !== undefined
  );
}

function hashSources() {
  const hash = createHash('sha256');
  const shared = ['package-lock.json', 'tsconfig.base.json', 'turbo.json'];
  const files = [...shared.map((file) => join(root, file)), ...workspaces().flatMap(sourcesIn)];
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

function workspaces() {
  return ['apps', 'packages']
    .flatMap((folder) =>
      readdirSync(join(root, folder)).map((workspace) => join(root, folder, workspace)),
    )
    .filter((workspace) => existsSync(join(workspace, 'package.json')));
}

function sourcesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !['node_modules', 'dist', '.turbo', 'coverage'].includes(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? sourcesIn(path) : path;
    })
    .filter((path) => !path.endsWith('.test.ts'));
}
