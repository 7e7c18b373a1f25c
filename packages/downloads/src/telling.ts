import type { Context } from './context.js';
import { albumEventOf, eventOf, type Result } from './events.js';
import { albumToldScript, REMEMBER_MS, toldScript } from './scripts.js';

/** Says what came of a request, and ends it. Doing it again says nothing twice: a lane takes an event's id once. */
export async function tellOne(context: Context, json: string, round: number): Promise<void> {
  const { redis, keys } = context;
  const result = JSON.parse(json) as Result;
  const { id, userId } = result.request;
  await tell(context, [result], eventOf(result, round));
  await toldScript.run(redis, keys.scope, [id, userId, REMEMBER_MS]);
}

/** The same for the parts of an album's batch; of one without parts there is nothing to say. */
export async function tellAlbum(
  context: Context,
  album: string,
  batch: number,
  jsons: string[],
): Promise<void> {
  const { redis, keys } = context;
  const results = jsons.map((json) => JSON.parse(json) as Result);
  if (results.length > 0) await tell(context, results, albumEventOf(album, batch, results));
  await albumToldScript.run(redis, keys.scope, [album, batch, REMEMBER_MS]);
}

async function tell(
  context: Context,
  results: Result[],
  event: ReturnType<typeof eventOf>,
): Promise<void> {
  const [first] = results as [Result];
  await context.tell(event, first.request.address);
  context.observer?.told?.(event.kind);
  for (const { request, file } of results) {
    if (file) await context.afterStored?.(request, file);
  }
}
