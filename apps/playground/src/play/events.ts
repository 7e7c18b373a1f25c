import { Router } from 'express';
import type { Simulator } from '../simulator.js';

const keepAliveMs = 15_000;
/** A page that has fallen this far behind is cut off; it connects again and reads afresh. */
const maxBacklogBytes = 8 * 2 ** 20;

/** `GET /events`: what happens, as server-sent events. */
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
