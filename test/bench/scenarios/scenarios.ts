import type { Scenario } from '../result.js';
import { answers } from './answers.js';
import { broadcast } from './broadcast.js';
import { downloads } from './downloads.js';
import { growth } from './growth.js';
import { isolation } from './isolation.js';
import { ingress } from './ingress.js';
import { memory } from './memory.js';
import { outbound } from './outbound.js';
import { queueCold, queueHot, queueZipf } from './queue.js';
import { roundTrips } from './round-trips.js';
import { scale } from './scale.js';
import { streams } from './streams.js';
import { waiting } from './waiting.js';

export const scenarios: Record<string, Scenario> = {
  'queue-cold': queueCold,
  'queue-hot': queueHot,
  'queue-zipf': queueZipf,
  answers,
  waiting,
  isolation,
  ingress,
  scale,
  growth,
  memory,
  'round-trips': roundTrips,
  downloads,
  outbound,
  streams,
  broadcast,
};
