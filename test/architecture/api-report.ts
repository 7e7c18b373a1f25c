import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { publicDeclarations } from './public-api.js';

/** The packages that are part of a deployment or of a bot. */
export const publicPackages = [
  'bot',
  'broadcasts',
  'contracts',
  'downloads',
  'lanes',
  'middleware',
  'redis',
  'runtime',
  'storage',
  'telegram',
];

const printer = ts.createPrinter({ removeComments: true });

/** Everything that users of a package can depend on, by name, from the declarations of its build. */
export function apiReport(root: string, name: string): string {
  const entry = `packages/${name}/dist/index.d.ts`;
  const passedOn = readFileSync(join(root, entry), 'utf8').match(/^export .* from '@.*$/gm) ?? [];
  const own = publicDeclarations(root, entry)
    .map(({ statement, source }) => printer.printNode(ts.EmitHint.Unspecified, statement, source))
    // `declare`, which may precede `const` or a whole class, carries no information for readers.
    .map((text) => text.replace(/^export declare /, 'export '));
  const declarations = [...new Set([...passedOn, ...own])].sort();
  return `# The public API of @chatlane/${name}\n\nWritten by \`npm run api\`.\n\n\`\`\`ts\n${declarations.join('\n\n')}\n\`\`\`\n`;
}
