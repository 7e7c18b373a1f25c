import { Router } from 'express';
import { z } from 'zod';
import { faultKinds } from '../faults.js';
import type { Simulator } from '../simulator.js';
import { adopt } from './adopt.js';
import { field, readFields } from './fields.js';
import { PlayError } from './play-error.js';

const range = z.object({
  since: z.coerce.number('must be the id of a record').int().min(0).optional(),
  limit: field.count.optional(),
});
const rawUpdate = z.looseObject({ update_id: z.number('must be a number').int().optional() });
const nextUpdateId = z.object({ next: field.count.max(2_000_000_000) });
const newFault = z.object({
  kind: z.enum(faultKinds, `must be one of ${faultKinds.join(', ')}`),
  share: z.coerce.number().min(0, 'must be 0 to 1').max(1, 'must be 0 to 1').default(1),
  count: field.count.optional(),
  forMs: field.milliseconds.optional(),
  status: z.coerce.number().int().min(100).max(599, 'must be an HTTP status').optional(),
  retryAfter: z.coerce.number().int().min(0, 'must be seconds, 0 or more').optional(),
  delayMs: field.milliseconds.optional(),
  method: field.words.optional(),
  chat_id: field.id.optional(),
  file_id: field.words.optional(),
  bytes: z.coerce.number().int('must be a whole number of bytes').optional(),
  location: z.string().max(1_000).optional(),
  seed: z.coerce.number().int().optional(),
});

/** Raw updates, delivery and call logs, and faults: for tests and for debugging. */
export function debugRoutes(simulator: Simulator): Router {
  const { queue, allowedUpdates, faults, deliveries, calls } = simulator;
  const router = Router();

  /** The update_id; null when the bot does not receive updates of this kind. */
  function inject(body: unknown): number | null {
    const update = readFields(rawUpdate, body);
    const [kind, payload] = Object.entries(update).find(([name]) => name !== 'update_id') ?? [];
    if (kind === undefined) {
      throw new PlayError(400, 'the body must have a field with the payload, such as message');
    }
    adopt(simulator, kind, payload);
    if (!allowedUpdates.isAllowed(kind)) return null;
    const queued = queue.inject(update);
    if (queued) return queued.updateId;
    throw new PlayError(400, 'the queue is full: 100,000 updates or 128 MiB are pending');
  }

  router.post('/updates', (request, response) => {
    const body: unknown = request.body;
    if (Array.isArray(body)) response.json({ update_ids: body.map(inject) });
    else response.json({ update_id: inject(body) });
  });

  router.post('/update-ids', (request, response) => {
    const { next } = readFields(nextUpdateId, request.body);
    queue.jumpTo(next);
    response.json({ next });
  });

  router.get('/deliveries', (request, response) => {
    response.json(deliveries.list(readFields(range, request.query)));
  });

  router.get('/calls', (request, response) => {
    response.json(calls.list(readFields(range, request.query)));
  });

  router.get('/faults', (_request, response) => void response.json(faults.list()));

  router.post('/faults', (request, response) => {
    const seed = request.query['seed'] === undefined ? {} : { seed: request.query['seed'] };
    const body = (request.body ?? {}) as Record<string, unknown>;
    response.json({ id: faults.add(readFields(newFault, { ...seed, ...body })) });
  });

  router.delete('/faults', (_request, response) => {
    faults.clear();
    response.json({});
  });

  return router;
}
