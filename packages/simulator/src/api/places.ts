import { badRequest } from './api-error.js';
import type { Arguments } from './arguments.js';

/** The live period of a location that can be edited indefinitely. */
const indefinitely = 0x7fff_ffff;

/** A Bot API `Location`, live or not. @throws ApiError */
export function locationOf(args: Arguments): Record<string, number> {
  const latitude = Number(args.text('latitude') || NaN);
  const longitude = Number(args.text('longitude') || NaN);
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
    throw badRequest('wrong location specified');
  }
  const horizontal_accuracy = Number(args.text('horizontal_accuracy') || 0);
  const live_period = args.integer('live_period', 0, 0);
  const heading = args.integer('heading', 0, 0);
  const proximity_alert_radius = args.integer('proximity_alert_radius', 0, 0);
  if (
    live_period !== 0 &&
    live_period !== indefinitely &&
    (live_period < 60 || live_period > 86_400)
  ) {
    throw badRequest('wrong live location period specified');
  }
  if (heading > 360) throw badRequest('wrong live location heading specified');
  return {
    latitude,
    longitude,
    ...(horizontal_accuracy > 0 && { horizontal_accuracy }),
    ...(live_period > 0 && {
      live_period,
      ...(heading > 0 && { heading }),
      ...(proximity_alert_radius > 0 && { proximity_alert_radius }),
    }),
  };
}

/** A venue's identifiers at map services. */
export function venueMore(args: Arguments): Record<string, string> {
  return given(args, 'foursquare_id', 'foursquare_type', 'google_place_id', 'google_place_type');
}

/** Those of the named text arguments that are present. */
export function given(args: Arguments, ...names: string[]): Record<string, string> {
  const fields = names.map((name) => [name, args.text(name)] as const);
  return Object.fromEntries(fields.filter(([, value]) => value !== ''));
}
