import type { Random } from '../random.js';
import type { Target } from '../target.js';

/** One kind of fault. */
export interface Fault {
  name: string;
  /** How often it is drawn, relative to the others. */
  weight: number;
  /** Two faults with the same value do not strike at the same time. */
  alone?: 'redis';
  /** Resolves when it is over and everything it broke has recovered. */
  strike(target: Target, random: Random): Promise<void>;
}
