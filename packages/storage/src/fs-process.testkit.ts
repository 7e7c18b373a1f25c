import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The modules that a process must have in order to write to the storage. */
const sources = ['fs-storage', 'durable', 'storage-key'];

/** Compiles the current fs storage, so that real processes can import it. */
export function compileFsStorage(): {
  folder: string;
  program(script: string): string;
  remove(): void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'chatlane-program-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const name of sources) {
    const text = readFileSync(fileURLToPath(new URL(`${name}.ts`, import.meta.url)), 'utf8');
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    writeFileSync(join(folder, `${name}.js`), outputText);
  }
  let made = 0;
  return {
    folder,
    program(script) {
      const path = join(folder, `program-${(made += 1)}.js`);
      writeFileSync(path, `${imports}\n${script}`);
      return path;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const imports = `
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFsStorage } from './fs-storage.js';
import { storageKey } from './storage-key.js';
`;

/** A folder on a different device from the temporary folder, if the machine has one. */
export function otherDevice(): string {
  try {
    return mkdtempSync('/dev/shm/chatlane-');
  } catch {
    return mkdtempSync(join(tmpdir(), 'chatlane-other-'));
  }
}
