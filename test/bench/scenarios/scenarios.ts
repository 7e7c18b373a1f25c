import type { Scenario } from '../result.js';
import { queueCold, queueHot, queueZipf } from './queue.js';

export const scenarios: Record<string, Scenario> = {
  'queue-cold': queueCold,
  'queue-hot': queueHot,
  'queue-zipf': queueZipf,
};
