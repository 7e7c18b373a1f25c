import express, { type Express, type Router } from 'express';

/** What the ingress shows to the outside: these routes, and nothing else. */
export function createPublicApp(options: {
  routes: readonly Router[];
  stopping: () => boolean;
}): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.enable('case sensitive routing').enable('strict routing').set('query parser', false);
  for (const route of options.routes) app.use(route);
  app.use((_request, response) => {
    if (options.stopping()) response.set('Connection', 'close');
    response.status(404).end();
  });
  return app;
}
