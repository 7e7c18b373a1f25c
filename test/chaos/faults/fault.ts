import type { Random } from '../random.js';
import type { Target } from '../target.js';

/** One kind of thing that goes wrong. */
export interface Fault {
  name: string;
  /** How often it is drawn, next to the others. */
  weight: number;
  /** Two that name the same thing do not strike at the same time. */
  alone?: 'redis';
  /** Resolves when it is over and what it broke is whole again. */
  strike(target: Target, random: Random): Promise<void>;
}
