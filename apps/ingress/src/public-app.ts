import type { RequestListener } from 'node:http';
import express, { type Express, type Router } from 'express';
import type { Webhook } from './webhook/webhook.js';

/** The public HTTP interface of the ingress: the webhook, these routes, and nothing else. */
export function createPublicApp(parts: {
  webhook?: Webhook | undefined;
  routes?: readonly Router[];
}): RequestListener {
  const { webhook } = parts;
  const others = createExpress(parts.routes ?? []);
  if (webhook === undefined) return others;
  return function publicApp(request, response) {
    if (webhook.takes(request)) webhook.handle(request, response);
    else others(request, response);
  };
}

function createExpress(routes: readonly Router[]): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.enable('case sensitive routing').enable('strict routing').set('query parser', false);
  for (const route of routes) app.use(route);
  app.use((_request, response) => {
    // A client without a valid path has no reason to stay connected.
    response.set('Connection', 'close').status(404).end();
  });
  return app;
}
