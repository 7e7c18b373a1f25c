import { Router } from 'express';
import type { Simulator } from '../simulator.js';

const keepAliveMs = 15_000;
/** A page that falls this far behind is disconnected; it reconnects and reloads everything. */
const maxBacklogBytes = 8 * 2 ** 20;

/** `GET /events`: the feed as server-sent events. */
export function eventRoutes({ feed }: Simulator): Router {
  const router = Router();

  router.get('/events', (_request, response) => {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      Connection: 'keep-alive',
    });
    response.write('retry: 1000\n\n');
    const unsubscribe = feed.subscribe((event, data) => {
      response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      if (response.writableLength > maxBacklogBytes) response.destroy();
    });
    const keepAlive = setInterval(() => response.write(': still here\n\n'), keepAliveMs);
    response.once('close', () => {
      unsubscribe();
      clearInterval(keepAlive);
    });
  });

  return router;
}
