import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);

export function pathOf(path: string): string {
  return fileURLToPath(new URL(path, root));
}

export function read(path: string): string {
  return readFileSync(pathOf(path), 'utf8');
}

export function exists(path: string): boolean {
  return existsSync(pathOf(path));
}

/** The source files with this name in every package and app. */
export function sourcesNamed(name: string): string[] {
  return ['apps', 'packages'].flatMap((group) =>
    readdirSync(pathOf(group), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith(`/${name}`) && !/node_modules|\/dist\//.test(path))
      .map((path) => `${group}/${path}`),
  );
}

/** Every setting that an app reads (`NAME: setting...` in its config), with its default if that is a literal. */
export function settingsOf(...files: string[]): Map<string, string | undefined> {
  const settings = new Map<string, string | undefined>();
  for (const file of files) {
    const text = read(file);
    if (/\.\.\.(common|process)Settings/.test(text)) {
      const common = read('packages/runtime/src/common-settings.ts');
      const [process = '', bot = ''] = common.split('export const commonSettings');
      addSettings(settings, /\.\.\.commonSettings\(/.test(text) ? process + bot : process);
    }
    if (/\.\.\.storageSettings/.test(text)) {
      addSettings(settings, read('packages/runtime/src/storage-settings.ts'));
    }
    if (/\.\.\.fileLinkSettings/.test(text)) {
      addSettings(settings, read('packages/runtime/src/file-link-settings.ts'));
    }
    addSettings(settings, text);
  }
  return settings;
}

function addSettings(settings: Map<string, string | undefined>, text: string): void {
  const pattern =
    /^\s+([A-Z][A-Z0-9_]+):\s*setting\s*\.(\w+)\((\[[^\]]*\],\s*|levels,\s*)?(?:\[?'([^']*)'|([\d_.]+))?/gm;
  for (const [, name = '', , , word, number] of text.matchAll(pattern)) {
    settings.set(name, word ?? number?.replaceAll('_', ''));
  }
}
