import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findCommand } from '../find-command.js';

const run = promisify(execFile);
type Execute = (command: string, args: string[], cwd?: string) => Promise<{ stdout: string }>;

/** Whether this machine can fetch Debian packages. */
export function canUnpack(path: string = process.env['PATH'] ?? ''): boolean {
  return ['apt-get', 'apt-cache', 'dpkg', 'dpkg-query'].every((name) => findCommand([name], path));
}

/** Debian packages to unpack together with the libraries they need. */
export interface DebianPackages {
  names: readonly string[];
  /** Fixes up what an installation would have set up. */
  finish?: (tree: string) => Promise<void>;
}

/**
 * Fetches packages, and the libraries that this machine lacks, with `apt-get download`, and unpacks them into `folder`. Needs
 * no root, and installs and starts nothing. If the machine has no package lists, they are fetched into a separate folder.
 *
 * @param choices alternatives, of which the first available one is used
 * @throws Error with the output of apt-get if none can be fetched
 */
export async function unpackDebian(
  folder: string,
  choices: readonly DebianPackages[],
  path: string = process.env['PATH'] ?? '',
): Promise<void> {
  const env = { ...process.env, PATH: path };
  const execute: Execute = (command, args, cwd) => run(command, args, { cwd, env });
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  try {
    const tree = join(work, 'tree');
    await download(execute, choices, work, tree);
    await rm(folder, { recursive: true, force: true });
    await rename(tree, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function download(
  execute: Execute,
  choices: readonly DebianPackages[],
  work: string,
  tree: string,
): Promise<void> {
  const faults: string[] = [];
  for (const ownLists of [false, true]) {
    const options = ownLists ? await fetchLists(execute, work) : [];
    for (const { names, finish } of choices) {
      try {
        const packages = [...names, ...(await missingLibraries(execute, names, options))];
        await execute('apt-get', [...options, 'download', ...packages], work);
        await unpackAll(execute, work, tree);
        await finish?.(tree);
        return;
      } catch (error) {
        faults.push(lastLine(error));
      }
    }
  }
  throw new Error(faults.at(-1));
}

/** Options that put package lists into a separate folder, so that `apt-get update` needs no root. */
async function fetchLists(execute: Execute, work: string): Promise<string[]> {
  const options = [
    ['Dir::State', join(work, 'state')],
    ['Dir::State::status', '/var/lib/dpkg/status'],
    ['Dir::Cache', join(work, 'cache')],
  ].flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  await mkdir(join(work, 'state/lists/partial'), { recursive: true });
  await mkdir(join(work, 'cache/archives/partial'), { recursive: true });
  await execute('apt-get', [...options, 'update']);
  return options;
}

async function unpackAll(execute: Execute, work: string, tree: string): Promise<void> {
  const archives = (await readdir(work)).filter((name) => name.endsWith('.deb'));
  for (const archive of archives) await execute('dpkg', ['-x', join(work, archive), tree]);
}

/** The library packages that the packages need, directly or indirectly, and that are not installed. */
async function missingLibraries(
  execute: Execute,
  names: readonly string[],
  options: readonly string[],
): Promise<string[]> {
  const missing = new Set<string>();
  for (let level = [...names]; level.length > 0;) {
    const needed = (await librariesOf(execute, level, options)).filter(
      (library) => !missing.has(library),
    );
    const installed = await installedOf(execute, needed);
    level = needed.filter((library) => !installed.has(library));
    level.forEach((library) => missing.add(library));
  }
  return [...missing];
}

async function librariesOf(
  execute: Execute,
  names: string[],
  options: readonly string[],
): Promise<string[]> {
  const { stdout } = await execute('apt-cache', [...options, 'depends', '--important', ...names]);
  const needed = new Set<string>();
  // `|Depends:` starts a choice that the next line continues; its first package is enough.
  let chosen = false;
  for (const line of stdout.split('\n')) {
    const match = /^ *(\|?)(?:Pre)?Depends: (lib\S+)/.exec(line);
    // Every system with dpkg has its own C library; another system's would not fit.
    if (match && !chosen && match[2] !== 'libc6') needed.add(match[2]!);
    chosen = match?.[1] === '|';
  }
  return [...needed];
}

async function installedOf(execute: Execute, names: string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  // dpkg-query exits non-zero if one of them is unknown, but still prints the others.
  const query = execute('dpkg-query', ['-W', '-f', '${Package} ${Status}\n', ...names]);
  const { stdout } = await query.catch((error: { stdout?: string }) => error);
  const installed = (stdout ?? '').split('\n').filter((line) => line.endsWith(' ok installed'));
  return new Set(installed.map((line) => line.split(' ')[0]!));
}

function lastLine(error: unknown): string {
  const text =
    error instanceof Error && 'stderr' in error && typeof error.stderr === 'string'
      ? error.stderr
      : String(error);
  return text.trim().split('\n').at(-1) ?? text;
}
