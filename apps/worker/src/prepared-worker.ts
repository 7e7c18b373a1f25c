import type { Service } from '@chatlane/runtime';
import type { createWorker } from './service.js';

/**
 * Assembles a worker, and adds its parts to the lifecycle. It imports Telegraf only now, so that `prepareTelegraf` can
 * come first.
 *
 * @throws Error when the bot cannot be loaded
 */
export async function createPreparedWorker(
  ...options: Parameters<typeof createWorker>
): Promise<Service> {
  const service = await import('./service.js');
  return service.createWorker(...options);
}
