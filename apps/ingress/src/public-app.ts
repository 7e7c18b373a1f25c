import express, { type Express, type Router } from 'express';

/** What the ingress shows to the outside: these routes, and nothing else. */
export function createPublicApp(routes: readonly Router[]): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.enable('case sensitive routing').enable('strict routing').set('query parser', false);
  for (const route of routes) app.use(route);
  app.use((_request, response) => {
    // Somebody who does not know the way in has no reason to stay connected.
    response.set('Connection', 'close').status(404).end();
  });
  return app;
}
