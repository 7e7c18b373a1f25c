import { fileURLToPath } from 'node:url';

const frame =
  /^ +at (?:.*\(|async )?((?:file:\/\/)?\/[^\s()]*|[A-Za-z]:\\[^\s()]*):(\d+):(\d+)\)?$/gm;
const root = fileURLToPath(new URL('../../../..', import.meta.url));
/** The folders of Chatlane through which a bot's calls pass; they are not in node_modules in this repository. */
const chatlane = [
  'apps/worker/',
  'packages/lanes/',
  'packages/middleware/',
  'packages/telegram/',
].map((folder) => root + folder);

/** The innermost frame of a stack trace that is in the bot author's own code, as `file:line:column`. */
export function authorsFrame(stack: string): string | undefined {
  for (const [, file, line, column] of stack.matchAll(frame)) {
    const path = toPath(file!);
    const isLibrary =
      path.includes('node_modules') || chatlane.some((each) => path.startsWith(each));
    if (!isLibrary) return `${path}:${line}:${column}`;
  }
  return undefined;
}

/** The stack trace of the caller, deep enough to reach beyond the libraries. */
export function currentStack(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return stack;
}

/** The path of a file that a stack trace names by path or URL. */
export function toPath(file: string): string {
  return file.startsWith('file:') ? fileURLToPath(file) : file;
}
