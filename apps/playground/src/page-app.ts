import { fileURLToPath } from 'node:url';
import express, { type Express } from 'express';

const folderOf = (name: string) => fileURLToPath(new URL(`../dist/${name}`, import.meta.url));

const policy =
  "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'";
/** TypeDoc's pages set their theme in inline scripts. */
const docsPolicy = `${policy}; script-src 'self' 'unsafe-inline'`;

/** Serves the page, as `build-page.mjs` has bundled it, and below `/docs` the documentation, if it was built. */
export function createPageApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(({ path }, response, next) => {
    const isDocs = path.startsWith('/docs');
    response.set({
      'Content-Security-Policy': isDocs ? docsPolicy : policy,
      'X-Content-Type-Options': 'nosniff',
    });
    next();
  });
  app.use('/docs', express.static(folderOf('docs'), { cacheControl: false }));
  app.use('/docs', (_request, response) => {
    response.status(404).type('text').send('There is no such page. `npm run docs` builds them.');
  });
  app.use(express.static(folderOf('page'), { cacheControl: false }));
  return app;
}
