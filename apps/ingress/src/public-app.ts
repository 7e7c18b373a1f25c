import type { RequestListener } from 'node:http';
import express, { type Express, type Router } from 'express';
import type { PostEndpoint } from './endpoint/post-endpoint.js';

/** The public HTTP interface of the ingress: these endpoints and routes, and nothing else. */
export function createPublicApp(parts: {
  endpoints?: readonly PostEndpoint[];
  routes?: readonly Router[];
}): RequestListener {
  const { endpoints = [], routes = [] } = parts;
  const others = createExpress(routes);
  return function publicApp(request, response) {
    const endpoint = endpoints.find((each) => each.takes(request));
    if (endpoint) endpoint.handle(request, response);
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
