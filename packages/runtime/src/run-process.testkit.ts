import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const src = fileURLToPath(new URL('.', import.meta.url));
const cache = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url));

/** A real process that runs the given script as its main module. */
export interface Sample {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves when standard output contains the text. */
  says(text: string): Promise<void>;
  /** Resolves with the first IPC message. */
  message: Promise<unknown>;
  exited: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
}

/** Compiles the current package into a folder from which scripts can import `./index.js`. */
export function compileRuntime(): { start(script: string, env?: object): Sample; remove(): void } {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'runtime-test-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const file of readdirSync(src).filter((name) => !/\.(test|testkit)\.ts$/.test(name))) {
    const { outputText } = ts.transpileModule(readFileSync(join(src, file), 'utf8'), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    writeFileSync(join(folder, file.replace(/\.ts$/, '.js')), outputText);
  }
  let started = 0;
  return {
    start(script, env = {}) {
      started += 1;
      const main = join(folder, `main-${started}.js`);
      writeFileSync(main, script);
      return observe(
        spawn(process.execPath, [main], {
          env: { ...env },
          stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        }),
      );
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function observe(child: ChildProcess): Sample {
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  }
  return {
    child,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    async says(text) {
      const signal = AbortSignal.timeout(120_000);
      while (!output.stdout.includes(text)) {
        await once(child.stdout ?? child, 'data', { signal }).catch(() => {
          throw new Error(`waited 120 s for: ${text}\nIt said: ${output.stdout}`);
        });
      }
    },
    message: once(child, 'message').then(([message]: unknown[]) => message),
    exited: exit(child),
  };
}

// `close` is not emitted after the parent closed the channel, and `exit` may precede the last output.
async function exit(child: ChildProcess): Sample['exited'] {
  const ends = [child.stdout, child.stderr].map((stream) => stream && once(stream, 'end'));
  const [end] = await Promise.all([once(child, 'exit'), ...ends]);
  return end as Awaited<Sample['exited']>;
}
