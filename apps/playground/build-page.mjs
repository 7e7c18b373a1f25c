// Bundles the page into dist/page (index.html, icon.svg, page.js, page.css), from where the server serves it.
import { copyFile, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const source = fileURLToPath(new URL('src/page/', import.meta.url));
const target = fileURLToPath(new URL('dist/page/', import.meta.url));

await mkdir(target, { recursive: true });
await Promise.all([
  build({
    entryPoints: [
      { in: `${source}main.tsx`, out: 'page' },
      { in: `${source}styles/page.css`, out: 'page' },
    ],
    outdir: target,
    tsconfig: `${source}tsconfig.json`,
    bundle: true,
    loader: { '.svg': 'file' },
    assetNames: '[name]',
    minify: true,
    sourcemap: true,
    format: 'esm',
    target: ['es2022', 'chrome110', 'firefox115', 'safari16'],
    logLevel: 'warning',
  }),
  copyFile(`${source}index.html`, `${target}index.html`),
  copyFile(`${source}icon.svg`, `${target}icon.svg`),
]);
