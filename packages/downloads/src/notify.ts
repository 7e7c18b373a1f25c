import type { Context } from './context.js';
import { albumEventOf, eventOf, type Result } from './events.js';
import { finishAlbumScript, REMEMBER_MS, finishScript } from './scripts.js';

/** Sends the event of a request and ends the request. Idempotent: a lane accepts an event's id only once. */
export async function notifyOne(context: Context, result: Result, round: number): Promise<void> {
  const { redis, keys } = context;
  const { id, userId } = result.request;
  await send(context, [result], eventOf(result, round));
  await finishScript.run(redis, keys.scope, [id, userId, REMEMBER_MS]);
}

/** The same for a batch of an album; an empty batch has no event. */
export async function notifyAlbum(
  context: Context,
  album: string,
  batch: number,
  results: Result[],
): Promise<void> {
  const { redis, keys } = context;
  if (results.length > 0) await send(context, results, albumEventOf(album, batch, results));
  await finishAlbumScript.run(redis, keys.scope, [album, batch, REMEMBER_MS]);
}

async function send(
  context: Context,
  results: Result[],
  event: ReturnType<typeof eventOf>,
): Promise<void> {
  const [first] = results as [Result];
  await context.notify(event, first.request.address);
  context.observer?.notified?.(event.kind);
  for (const { request, file } of results) {
    if (file) await context.afterStored?.(request, file);
  }
}
