import { bullmqLock } from './bullmq-lock.js';
import { bullmq } from './bullmq.js';
import { chatlane } from './chatlane.js';
import { groupmq } from './groupmq.js';
import type { CreateSystem } from './system.js';

/** The queue systems that the bench compares. */
export const queueSystems = {
  chatlane,
  bullmq,
  'bullmq-lock': bullmqLock,
  groupmq,
} satisfies Record<string, CreateSystem>;
