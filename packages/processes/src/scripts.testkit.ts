import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Creates a temporary folder with executable shell scripts, such as `{ 'bin/apt-get': 'echo hello' }`. */
export function folderWithScripts(scripts: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'chatlane-scripts-'));
  for (const [path, body] of Object.entries(scripts)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, path), 0o755);
  }
  return folder;
}
