import { fileURLToPath } from 'node:url';
import express, { type Express } from 'express';

const folder = fileURLToPath(new URL('../dist/page', import.meta.url));

const policy =
  "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'";

/** Serves the page, as `build-page.mjs` has bundled it. */
export function createPageApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((_request, response, next) => {
    response.set({ 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff' });
    next();
  });
  app.use(express.static(folder, { cacheControl: false }));
  return app;
}
